import { createServer } from 'node:http';
import type { RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';
import type { Measured, MetricPlace } from '../../../src/activities/ports/index.ts';
import type { MetricsConfig } from '../../../src/domain/config/metrics-schema.ts';
import { metricsSchema } from '../../../src/domain/config/metrics-schema.ts';

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

export async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A real service that shows the numbers of a registry, and counts how often they are asked for. */
export async function startPage(
  registry = new Registry(),
): Promise<Server & { registry: Registry; asked: () => number }> {
  let asked = 0;
  const server = await serve((_, response) => {
    asked += 1;
    void registry.metrics().then((text) => response.end(text));
  });
  return { ...server, registry, asked: () => asked };
}

/** Servers that are broken, each in its own way, what is said about them, and how long they are given. */
export const badServers: readonly (readonly [string, RequestListener, string, string])[] = [
  ['answers 500', (_, response) => response.writeHead(500).end('oops'), 'HTTP 500', '10s'],
  ['answers garbage', (_, response) => response.end('<html><body>Sign in</body></html>'), 'not', '10s'],
  ['answers something else', (_, response) => response.end('{"status":"fine"}'), 'not', '10s'],
  ['answers JSON that is cut off', (_, response) => response.end('{"status":"succ'), 'not', '10s'],
  ['breaks off', (_, response) => breakOff(response), 'connection closed', '10s'],
  ['answers with 8 MB and more', (_, response) => response.end('m 1\n'.repeat(2_200_000)), '8 MB', '10s'],
  ['redirects', (_, response) => response.writeHead(302, { location: '/login' }).end(), '/login', '10s'],
  ['hangs', () => undefined, 'no answer within', '300ms'],
  ['hangs in its answer', (_, response) => void response.write('{"status":'), 'no answer', '300ms'],
];

function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"status":', () => response.destroy());
}

export const secrets = createSecretResolver({
  env: { TOKEN: 'not-a-real-token', BROKEN: 'two\nlines' },
  baseDirectory: '/',
});

export const configOf = (config: unknown): MetricsConfig => metricsSchema.parse(config);

export const canary: Measured = { version: '2.0.0', commit: 'c2', slot: 'green' };
export const baseline: Measured = { version: '1.0.0', commit: 'c1', slot: undefined };

/** A place that shows nothing but what is said. */
export const placeOf = (shown: Partial<MetricPlace> = {}): MetricPlace => ({
  product: 'shop',
  environment: 'production',
  router: () => Promise.resolve(undefined),
  slot: () => Promise.resolve(undefined),
  usage: () => Promise.resolve(undefined),
  ...shown,
});
