import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/**
 * What PagerDuty documents of an event to `/v2/enqueue` (developer.pagerduty.com, "Send an Alert Event"). Keys that it doesn't name are
 * refused here, although PagerDuty may let them pass: a misspelt one would be lost in silence.
 */
const eventSchema = z.strictObject({
  routing_key: z
    .string()
    .length(32, { error: "Length of 'routing_key' is incorrect (should be 32 characters)" }),
  event_action: z.literal('trigger'),
  dedup_key: z.string().min(1).max(255),
  client: z.string().optional(),
  client_url: z.url().optional(),
  payload: z.strictObject({
    summary: z.string().min(1).max(1024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime({ offset: true }).optional(),
    component: z.string().optional(),
    group: z.string().optional(),
    class: z.string().optional(),
    custom_details: z.record(z.string(), z.unknown()).optional(),
  }),
  links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
});

export type ReceivedEvent = z.output<typeof eventSchema>;

/** An alert as PagerDuty keeps it: every event with its key goes to the open one. */
export interface Alert {
  readonly key: string;
  state: 'triggered' | 'acknowledged' | 'resolved';
  readonly events: ReceivedEvent[];
}

export interface PagerDuty {
  /** To be configured as `url`. */
  readonly url: string;
  readonly routingKey: string;
  readonly alerts: Alert[];
  /** How often somebody was called: once for each alert that was opened. */
  pages(): number;
  /** Answered next instead, in order; `lose` takes the event and breaks the connection. */
  readonly next: ('lose' | { readonly status: number; readonly body?: string })[];
  /** What PagerDuty would not have taken. */
  readonly invalid: string[];
  stop(): Promise<void>;
}

const largestEvent = 512 * 1024;

/** A stand-in for PagerDuty's Events API v2 with real state behind it, which checks each request against what is documented. */
export async function startPagerDuty(routingKey = '0123456789abcdef0123456789abcdef'): Promise<PagerDuty> {
  const alerts: Alert[] = [];
  const next: PagerDuty['next'] = [];
  const invalid: string[] = [];

  const refuse = (response: ServerResponse, ...errors: string[]): void => {
    invalid.push(...errors);
    send(response, 400, { status: 'invalid event', message: 'Event object is invalid', errors });
  };

  const take = (event: ReceivedEvent): void => {
    const open = alerts.find(({ key, state }) => key === event.dedup_key && state !== 'resolved');
    if (open) open.events.push(event);
    else alerts.push({ key: event.dedup_key, state: 'triggered', events: [event] });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readAll(request);
    const planned = next.shift();
    if (planned && planned !== 'lose')
      return void response.writeHead(planned.status).end(planned.body ?? 'injected');
    if (request.method !== 'POST' || request.url !== '/v2/enqueue')
      return send(response, 404, { status: 'not found', message: `${request.method} ${request.url}` });
    if (request.headers['content-type'] !== 'application/json') return refuse(response, 'not sent as JSON');
    if (Buffer.byteLength(text) > largestEvent) return refuse(response, 'the event is larger than 512 KB');
    const parsed = eventSchema.safeParse(parseJson(text));
    if (!parsed.success)
      return refuse(
        response,
        ...parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
      );
    if (parsed.data.routing_key !== routingKey) return refuse(response, 'Invalid routing key');
    take(parsed.data);
    if (planned === 'lose') return void response.destroy();
    send(response, 202, { status: 'success', message: 'Event processed', dedup_key: parsed.data.dedup_key });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      invalid.push(`the stand-in broke: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/enqueue`,
    routingKey,
    alerts,
    pages: () => alerts.length,
    next,
    invalid,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
