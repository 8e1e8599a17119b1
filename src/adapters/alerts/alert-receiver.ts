import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FiringAlert } from './webhook-payload.ts';
import { readPayload } from './webhook-payload.ts';

const path = '/alerts';
const largestBody = 1024 * 1024;
/** Milliseconds that a request may take to arrive. */
const arrival = 10_000;

export interface AlertReceiverOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Called for each firing alert, one after the other. Alertmanager sends again what this throws at: it must be safe to repeat. */
  readonly onAlert: (alert: FiringAlert) => Promise<void>;
  /** The bearer token that Alertmanager must show; without one, whoever reaches the port may post. */
  readonly token?: string;
}

export interface AlertReceiver {
  /** What to write into Alertmanager's `webhook_configs`. */
  readonly url: string;
  /** Takes no more, and is done when all that were taken are answered. */
  close(): Promise<void>;
}

/**
 * Takes what Alertmanager's webhook posts. It is answered 200 only when every firing alert was taken; where that failed it is a 500,
 * after which Alertmanager tries again. A 4xx says what is wrong with the request; that is not tried again.
 */
export async function startAlertReceiver(options: AlertReceiverOptions): Promise<AlertReceiver> {
  const { host, port } = options;
  const answering = new Set<Promise<void>>();
  const server = createServer(
    { requestTimeout: arrival, headersTimeout: arrival, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      const answered = answer(options, request, response).catch(() => void request.destroy());
      answering.add(answered);
      void answered.then(() => answering.delete(answered));
    },
  );
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: own } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${own}${path}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      await Promise.all(answering);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  options: AlertReceiverOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, text } = await outcome(options, request);
  // What was not read to its end can't be followed by another request.
  const close: Record<string, string> = request.complete ? {} : { connection: 'close' };
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...close });
  const sent = Promise.race([once(response, 'finish'), once(response, 'close')]);
  response.end(`${text}\n`);
  await sent;
}

async function outcome(
  { token, onAlert }: AlertReceiverOptions,
  request: IncomingMessage,
): Promise<{ readonly status: number; readonly text: string }> {
  if (token !== undefined && !shows(request.headers.authorization, token))
    return { status: 401, text: 'the bearer token is missing or wrong' };
  if (request.url?.split('?')[0] !== path) return { status: 404, text: `post alerts to ${path}` };
  if (request.method !== 'POST') return { status: 405, text: 'alerts are posted' };
  const body = await readBody(request);
  if (body === undefined)
    return { status: 413, text: 'the body is larger than 1 MiB: set max_alerts of the webhook' };
  const read = readPayload(body);
  if ('problem' in read) return { status: 400, text: read.problem };
  try {
    for (const alert of read.firing) await onAlert(alert);
  } catch {
    return { status: 500, text: 'the alerts could not be taken: send them again' };
  }
  return { status: 200, text: `${read.firing.length} firing` };
}

/** Takes as long whatever is wrong with it. */
function shows(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The answer comes over the connection that the rest of the body is not read from.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
