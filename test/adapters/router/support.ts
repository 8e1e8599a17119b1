import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { Agent, request } from 'undici';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Service {
  readonly address: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** A real HTTP service: says its name; `/slow?ms=` takes its time, `/stream` answers in pieces, `/echo` returns the body. */
export async function startService(name: string, extra?: RequestListener): Promise<Service> {
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://service');
    response.setHeader('x-version', name);
    if (url.pathname === '/slow') setTimeout(() => response.end(name), Number(url.searchParams.get('ms')));
    else if (url.pathname === '/stream') stream(name, response);
    else if (url.pathname === '/echo') incoming.pipe(response);
    else if (url.pathname === '/headers') response.end(JSON.stringify(incoming.headers));
    else if (extra) extra(incoming, response);
    else response.end(name);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${incoming.headers.upgrade ?? ''}\r\nConnection: Upgrade\r\nX-Version: ${name}\r\n\r\n`,
    );
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => socket.write(`${name}:${data.toString()}`));
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `http://127.0.0.1:${port}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function stream(name: string, response: { write(text: string): void; end(text: string): void }): void {
  let pieces = 0;
  const timer = setInterval(() => {
    pieces += 1;
    if (pieces < 5) return response.write(`${name} ${pieces}\n`);
    clearInterval(timer);
    response.end(`${name} end`);
  }, 40);
}

export interface Load {
  readonly answers: { readonly status: number; readonly version: string }[];
  readonly failures: string[];
  stop(): Promise<void>;
}

/** Clients with keep-alive connections that ask without a pause until they are stopped: quick, slow and uploading ones. */
export function startLoad(address: string, clients = 12): Load {
  const dispatcher = new Agent({ connections: clients });
  const answers: Load['answers'] = [];
  const failures: string[] = [];
  let on = true;
  const ask = async (index: number) => {
    for (let n = 0; on; n += 1) {
      const kind = (index + n) % 6;
      try {
        const { statusCode, headers, body } = await request(
          `${address}${kind === 0 ? '/slow?ms=150' : kind === 1 ? '/echo' : '/'}`,
          {
            dispatcher,
            method: kind === 1 ? 'POST' : 'GET',
            ...(kind === 1 ? { body: `body ${n}` } : {}),
          },
        );
        const text = await body.text();
        answers.push({ status: statusCode, version: String(headers['x-version']) });
        if (statusCode !== 200 || (kind === 1 && text !== `body ${n}`))
          failures.push(`${statusCode} ${text}`);
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  const running = Array.from({ length: clients }, (_, index) => ask(index));
  return {
    answers,
    failures,
    async stop() {
      on = false;
      await Promise.all(running);
      await dispatcher.close();
    },
  };
}
