import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How it answers a query; it may also leave it open. */
export type Answer = (response: ServerResponse) => void;

/**
 * Speaks Prometheus' API on command: a real one can't be told to lie, to hang or to print nonsense. (How real ones answer is proved in
 * test/adapters/metrics.)
 */
export interface MetricsServer {
  readonly url: string;
  answer(how: Answer): void;
  /** Nobody listens any more. */
  leave(): Promise<void>;
  /** On the same port again. */
  comeBack(): Promise<void>;
}

export async function startMetricsServer(): Promise<MetricsServer> {
  let how: Answer = well;
  const answerTo = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    how(response);
  };
  let server: Server;
  const listen = async (on: number): Promise<void> => {
    server = createServer(answerTo);
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(on, '127.0.0.1', resolve),
    );
  };
  await listen(0);
  const { port } = server!.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    answer: (next) => {
      how = next;
    },
    leave: async () => {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    comeBack: () => listen(port),
  };
}

const now = (): number => Date.now() / 1_000;
const json =
  (status: number, value: unknown): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
const success = (resultType: string, result: unknown): Answer =>
  json(200, { status: 'success', data: { resultType, result } });

/** One series with this value, of a moment so many milliseconds from now. */
export const sample =
  (value: string, away = 0): Answer =>
  (response) =>
    success('vector', [{ metric: {}, value: [now() + away / 1_000, value] }])(response);

/** One of a hundred requests fails. */
export const well: Answer = sample('0.01');

export const answers = {
  hangs: () => undefined,
  'HTTP 500': (response) => response.writeHead(500).end('out of order'),
  garbage: (response) => response.end('<html>Welcome to the login page</html>'),
  nothing: success('vector', []),
  NaN: sample('NaN'),
  'several series': (response) =>
    success(
      'vector',
      ['a', 'b'].map((instance) => ({ metric: { instance }, value: [now(), '0'] })),
    )(response),
  'a string': (response) => success('string', [now(), '0.01'])(response),
  'a PromQL error': json(400, {
    status: 'error',
    errorType: 'bad_data',
    error: 'invalid parameter "query": 1:9: parse error: unclosed left parenthesis',
  }),
  'yesterday’s sample': sample('0', -24 * 3_600_000),
  'tomorrow’s sample': sample('0', 24 * 3_600_000),
} as const satisfies Record<string, Answer>;
