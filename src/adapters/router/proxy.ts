import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import { ProxyServer } from 'httpxy';
import { createConnections } from './connections.ts';
import type { InFlight } from './in-flight.ts';
import type { RouterMetrics } from './metrics.ts';
import { chooseBackend } from './table.ts';
import type { Choice, RouterTable } from './table.ts';

const nothing = 'Nothing is deployed here yet, or nothing may take traffic right now.\n';

interface ProxyParts {
  /** Read anew for every request, so a change of weights is atomic and touches nothing in flight. */
  readonly table: () => RouterTable;
  readonly metrics: RouterMetrics;
  readonly inFlight: InFlight;
  readonly log: (message: string) => void;
}

/** Sends each request to a backend chosen by weight; open ones finish where they began. */
export function createProxy({ table, metrics, inFlight, log }: ProxyParts) {
  const proxy = new ProxyServer<IncomingMessage, ServerResponse>({ xfwd: true });
  const connections = createConnections();
  proxy.on('proxyRes', ({ headers }) => {
    // These belong to the connection between router and backend, not to the client's.
    delete headers['keep-alive'];
    delete headers.connection;
  });

  async function request(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    forwardedFor(incoming);
    const repeatable = isRepeatable(incoming);
    let choice = chooseBackend(table(), Math.random());
    let leave = enter(choice);
    // At most once more, also on the same backend: one that drops every request would be asked for ever, and nothing be counted.
    let mayRepeat = true;
    response.once('close', () => {
      leave();
      count(choice, response.writableFinished ? response.statusCode : 499, started);
    });
    while (choice) {
      const current: Choice = choice;
      try {
        await proxy.web(incoming, response, {
          target: current.address,
          agent: connections.agentFor(repeatable),
        });
        return;
      } catch (error) {
        if (response.headersSent || response.destroyed) {
          response.destroy();
          return;
        }
        const code = (error as NodeJS.ErrnoException).code ?? String(error);
        log(
          `${current.slot} (${current.version}) at ${current.address}: ${incoming.method ?? ''} failed with ${code}`,
        );
        const next: Choice | undefined = mayRepeat ? another(current, code, repeatable) : undefined;
        mayRepeat = false;
        if (!next) {
          answer(response, 502, `Version ${current.version} did not answer (${code}).\n`);
          return;
        }
        leave();
        choice = next;
        leave = enter(choice);
      }
    }
    answer(response, 503, nothing);
  }

  /** Where a request that failed may go once more; a kept connection that broke may be repeated on the same backend. */
  function another(failed: Choice, code: string, repeatable: boolean): Choice | undefined {
    const tried = new Set([failed.slot]);
    if (code === 'ECONNREFUSED') return chooseBackend(table(), Math.random(), tried);
    if (code === 'ECONNRESET' && repeatable) return chooseBackend(table(), Math.random(), tried) ?? failed;
    return undefined;
  }

  function upgrade(incoming: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const choice = chooseBackend(table(), Math.random());
    if (!choice || !(duplex instanceof Socket)) {
      duplex.end(
        `HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${nothing.length}\r\n\r\n${nothing}`,
      );
      count(undefined, 503);
      return;
    }
    forwardedFor(incoming);
    const leave = enter(choice);
    let code = 101;
    duplex.once('close', () => {
      leave();
      count(choice, code);
    });
    proxy
      .ws(incoming, duplex, { target: choice.address, agent: connections.agentFor(false) }, head)
      .catch((error: unknown) => {
        code = 502;
        log(`${choice.slot} (${choice.version}) at ${choice.address}: upgrade failed with ${String(error)}`);
        if (!duplex.destroyed)
          duplex.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      });
  }

  function enter(choice: Choice | undefined): () => void {
    if (!choice) return () => undefined;
    const labels = { version: choice.version, slot: choice.slot };
    const leave = inFlight.enter(choice.slot);
    metrics.inFlight.inc(labels);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      metrics.inFlight.dec(labels);
      leave();
    };
  }

  function count(choice: Choice | undefined, code: number, started?: number): void {
    const labels = { version: choice?.version ?? 'none', slot: choice?.slot ?? 'none' };
    metrics.requests.inc({ ...labels, code: String(code) });
    if (started !== undefined) metrics.duration.observe(labels, (performance.now() - started) / 1_000);
  }

  return { request, upgrade };
}

/** RFC 9110: safe to send again, and nothing of a body can be half-way. */
function isRepeatable({ method = '', headers }: IncomingMessage): boolean {
  const bodyless = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  return bodyless && ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'].includes(method);
}

/** Appended, so that a backend sees every hop. */
function forwardedFor(incoming: IncomingMessage): void {
  const before = incoming.headers['x-forwarded-for'];
  const address = incoming.socket.remoteAddress;
  if (before !== undefined && address) incoming.headers['x-forwarded-for'] = `${String(before)}, ${address}`;
}

function answer(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
  response.end(text);
}
