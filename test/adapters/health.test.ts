import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createHealthProber } from '../../src/adapters/health.ts';
import { freePort } from './router/support.ts';

const prober = createHealthProber();
const signal = new AbortController().signal;
const cleanUps: (() => void)[] = [];
afterEach(() => cleanUps.splice(0).forEach((cleanUp) => cleanUp()));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/health`;
}

it.each([
  [200, true, undefined],
  [204, true, undefined],
  [404, false, 'HTTP 404'],
  [503, false, 'HTTP 503'],
])('[RW-9] judges HTTP %i', async (status, ok, reason) => {
  const url = await serve((_, response) => response.writeHead(status).end());
  expect(await prober.probe(url, { timeout: 2_000, signal })).toMatchObject({ ok, status, reason });
});

it('does not follow a redirect to a page that says yes to everything', async () => {
  const url = await serve((_, response) => response.writeHead(302, { location: '/login' }).end());
  expect(await prober.probe(url, { timeout: 2_000, signal })).toMatchObject({
    ok: false,
    status: 302,
    reason: 'HTTP 302 (redirects to /login)',
  });
});

it('waits no longer than its time, for the head and for the body', async () => {
  const silent = await serve(() => undefined);
  const halting = await serve((_, response) => response.writeHead(200).write('{'));
  for (const url of [silent, halting]) {
    const probe = await prober.probe(url, { timeout: 150, signal });
    expect(probe).toMatchObject({ ok: false, reason: 'no answer within 150ms' });
    expect(probe.latency).toBeLessThan(2_000);
  }
});

it('reads no more than it needs of an endless answer', async () => {
  const url = await serve((_, response) => {
    const more = () => {
      while (response.write('x'.repeat(64_000)));
      response.once('drain', more);
    };
    response.on('error', () => undefined);
    more();
  });
  expect(await prober.probe(url, { timeout: 5_000, signal })).toMatchObject({ ok: true, status: 200 });
});

it('says in words why there is no answer', async () => {
  const gone = `http://127.0.0.1:${await freePort()}/health`;
  expect(await prober.probe(gone, { timeout: 2_000, signal })).toMatchObject({
    ok: false,
    status: undefined,
    reason: 'connection refused',
  });
  const hangingUp = await serve((request) => request.socket.destroy());
  expect(await prober.probe(hangingUp, { timeout: 2_000, signal })).toMatchObject({
    ok: false,
    reason: 'connection closed before the answer',
  });
  const other = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => other.close());
  expect(
    await prober.probe(`http://127.0.0.1:${(other.address() as { port: number }).port}/`, {
      timeout: 2_000,
      signal,
    }),
  ).toMatchObject({ ok: false, reason: 'not an HTTP answer' });
  expect(await prober.probe('not a url', { timeout: 2_000, signal })).toMatchObject({
    ok: false,
    reason: 'not a URL',
  });
});

it('ends where it is cancelled', async () => {
  const asked = vi.fn();
  const url = await serve(asked);
  const cancel = new AbortController();
  const probing = prober.probe(url, { timeout: 60_000, signal: cancel.signal });
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  cancel.abort();
  expect(await probing).toMatchObject({ ok: false, reason: 'cancelled' });
});
