import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { InFlight } from './in-flight.ts';
import type { RouterMetrics } from './metrics.ts';
import { routerTableSchema } from './table.ts';
import type { RouterTable } from './table.ts';

/** What a router says about itself. */
export const routerStateSchema = z.object({
  pid: z.int(),
  port: z.int(),
  metricsPort: z.int(),
  table: routerTableSchema,
  inFlight: z.record(z.string(), z.int()),
});
export type RouterState = z.output<typeof routerStateSchema>;

const drainSchema = z.strictObject({ slot: z.string().min(1), within: z.number().min(0).max(3_600_000) });

interface ControlParts {
  readonly state: () => RouterState;
  readonly setTable: (table: RouterTable) => Promise<void>;
  readonly metrics: RouterMetrics;
  readonly inFlight: InFlight;
  readonly stop: () => void;
}

/** The control API on the unix socket: `GET /state`, `PUT /table`, `GET /metrics`, `POST /drain`, `POST /stop`. */
export function createControl({ state, setTable, metrics, inFlight, stop }: ControlParts): Server {
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (`${request.method} ${request.url}`) {
      case 'GET /state':
        return json(response, 200, state());
      case 'GET /metrics':
        return serveMetrics(metrics, response);
      case 'PUT /table': {
        const table = routerTableSchema.safeParse(await body(request));
        if (!table.success) return json(response, 400, { error: z.prettifyError(table.error) });
        await setTable(table.data);
        return json(response, 200, state());
      }
      case 'POST /drain': {
        const drain = drainSchema.safeParse(await body(request));
        if (!drain.success) return json(response, 400, { error: z.prettifyError(drain.error) });
        const drained = await inFlight.quiet(drain.data.slot, drain.data.within);
        return json(response, 200, { drained, inFlight: inFlight.count(drain.data.slot) });
      }
      case 'POST /stop':
        json(response, 200, {});
        return stop();
      default:
        return json(response, 404, { error: `no such thing: ${request.method} ${request.url}` });
    }
  }
  return createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { error: String(error) });
    });
  });
}

/** `GET /metrics` for Prometheus, on TCP. */
export function createMetricsServer(metrics: RouterMetrics): Server {
  return createServer((request, response) => {
    if (request.url !== '/metrics') return json(response, 404, { error: 'only /metrics is here' });
    serveMetrics(metrics, response).catch((error: unknown) => json(response, 500, { error: String(error) }));
  });
}

async function serveMetrics({ registry }: RouterMetrics, response: ServerResponse): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType }).end(text);
}

function json(response: ServerResponse, code: number, value: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const largestBody = 1_000_000;

async function body(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > largestBody) return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
