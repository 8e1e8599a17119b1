import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRouterClient } from '../../../src/adapters/router/client.ts';
import type { RouterClient } from '../../../src/adapters/router/client.ts';
import { isRunning } from '../../../src/adapters/processes/identity.ts';
import { freePort, startLoad, startService } from './support.ts';
import type { Service } from './support.ts';

let directory: string;
let port: number;
let router: RouterClient;
let blue: Service;
let green: Service;
const clients: RouterClient[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-router-'));
  port = await freePort();
  router = createRouterClient(directory);
  clients.push(router);
  blue = await startService('blue');
  green = await startService('green');
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.stop();
  await Promise.all([blue.close(), green.close()]);
  await rm(directory, { recursive: true, force: true });
});

const table = (weights: { blue?: number; green?: number }) => ({
  backends: {
    ...(weights.blue === undefined
      ? {}
      : { blue: { version: '1.0.0', address: blue.address, weight: weights.blue } }),
    ...(weights.green === undefined
      ? {}
      : { green: { version: '2.0.0', address: green.address, weight: weights.green } }),
  },
});
const get = async (path = '/') => {
  const { statusCode, headers, body } = await request(`http://127.0.0.1:${port}${path}`);
  return { status: statusCode, version: headers['x-version'], text: await body.text() };
};
const metrics = async () =>
  (await request(`http://127.0.0.1:${(await router.state()).metricsPort}/metrics`)).body.text();

describe('the router', () => {
  it('says that nothing is deployed until a backend has weight', async () => {
    await router.ensureRunning({ port });
    expect(await get()).toMatchObject({
      status: 503,
      text: expect.stringContaining('Nothing is deployed') as string,
    });
    await router.setTable(table({ blue: 0 }));
    expect((await get()).status).toBe(503);
    await router.setTable(table({ blue: 1 }));
    expect(await get()).toEqual({ status: 200, version: 'blue', text: 'blue' });
  });

  it('[RW-9] switches between two services under load without one failed request', async () => {
    await router.ensureRunning({ port });
    await router.setTable(table({ blue: 1, green: 0 }));
    const load = startLoad(`http://127.0.0.1:${port}`);
    for (const turn of ['green', 'blue', 'green'] as const) {
      const before = load.answers.length;
      await vi.waitFor(() => expect(load.answers.length).toBeGreaterThan(before + 300), { timeout: 20_000 });
      await router.setTable(table({ blue: turn === 'blue' ? 1 : 0, green: turn === 'green' ? 1 : 0 }));
    }
    // The old one may go as soon as it is quiet.
    expect(await router.drain('blue', 5_000)).toEqual({ drained: true, inFlight: 0 });
    await blue.close();
    const before = load.answers.length;
    await vi.waitFor(() => expect(load.answers.length).toBeGreaterThan(before + 300), { timeout: 20_000 });
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.answers.at(-1)?.version).toBe('green');
    expect(new Set(load.answers.map(({ version }) => version))).toEqual(new Set(['blue', 'green']));
  });

  it('lets slow and streaming requests finish where they began', async () => {
    await router.ensureRunning({ port });
    await router.setTable(table({ blue: 1, green: 0 }));
    const open = [get('/slow?ms=600'), get('/stream')];
    await vi.waitFor(async () => expect((await router.state()).inFlight['blue']).toBe(2));
    await router.setTable(table({ blue: 0, green: 1 }));
    expect(await router.drain('blue', 1)).toEqual({ drained: false, inFlight: 2 });
    expect((await get()).version).toBe('green');
    expect(await router.drain('blue', 5_000)).toEqual({ drained: true, inFlight: 0 });
    expect((await Promise.all(open)).map(({ text }) => text)).toEqual([
      'blue',
      'blue 1\nblue 2\nblue 3\nblue 4\nblue end',
    ]);
  });

  it('keeps shares within the statistical error', async () => {
    await router.ensureRunning({ port });
    await router.setTable(table({ blue: 80, green: 20 }));
    const requests = 2_000;
    let toGreen = 0;
    for (let batch = 0; batch < requests / 50; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => get()));
      toGreen += answers.filter(({ version }) => version === 'green').length;
    }
    // Five standard deviations of a binomial: wrong about once in two million runs.
    const deviation = Math.sqrt(requests * 0.2 * 0.8);
    expect(Math.abs(toGreen - requests * 0.2)).toBeLessThan(5 * deviation);
    const text = await metrics();
    expect(text).toContain(
      `sluice_router_requests_total{version="2.0.0",slot="green",code="200"} ${toGreen}`,
    );
    expect(text).toContain(
      `sluice_router_request_duration_seconds_count{version="1.0.0",slot="blue"} ${requests - toGreen}`,
    );
  });

  it('gives a refused connection one more chance, whatever the body, and a single broken backend a 502', async () => {
    await router.ensureRunning({ port });
    await router.setTable(table({ blue: 1, green: 1 }));
    await blue.close();
    for (let n = 0; n < 20; n += 1) {
      const { statusCode, body } = await request(`http://127.0.0.1:${port}/echo`, {
        method: 'POST',
        body: `n${n}`,
      });
      expect([statusCode, await body.text()]).toEqual([200, `n${n}`]);
    }
    await router.setTable(table({ blue: 1, green: 0 }));
    expect(await get()).toMatchObject({
      status: 502,
      text: 'Version 1.0.0 did not answer (ECONNREFUSED).\n',
    });
    expect(await metrics()).toContain(
      'sluice_router_requests_total{version="1.0.0",slot="blue",code="502"} 1',
    );
  });

  it('does not repeat a request whose body a backend has seen', async () => {
    let seen = 0;
    const dropping = await startService('dropping', (incoming) => {
      seen += 1;
      incoming.resume().on('end', () => incoming.socket.destroy());
    });
    await router.ensureRunning({ port });
    await router.setTable({
      backends: {
        one: { version: '1', address: dropping.address, weight: 1 },
        two: { version: '2', address: dropping.address, weight: 1 },
      },
    });
    const { statusCode } = await request(`http://127.0.0.1:${port}/pay`, { method: 'POST', body: 'once' });
    expect([statusCode, seen]).toEqual([502, 1]);
    await dropping.close();
  });

  it.each([
    ['the only one', {}],
    ['beside another that does so too', { two: 1 }],
  ])(
    '[RW-9] a version that drops every request is asked twice at the most, answered for, and counted: %s',
    async (_, others) => {
      let seen = 0;
      const dropping = await startService('dropping', (incoming) => {
        seen += 1;
        incoming.socket.destroy();
      });
      await router.ensureRunning({ port });
      const { address } = dropping;
      const slots = Object.entries({ one: 1, ...others });
      await router.setTable({
        backends: Object.fromEntries(
          slots.map(([slot, weight]) => [slot, { version: '1.0.0', address, weight }]),
        ),
      });
      for (let count = 1; count <= 3; count += 1) {
        const { statusCode, body } = await request(`http://127.0.0.1:${port}/`, {
          bodyTimeout: 5_000,
          headersTimeout: 5_000,
        });
        expect([statusCode, await body.text(), seen]).toEqual([
          502,
          'Version 1.0.0 did not answer (ECONNRESET).\n',
          2 * count,
        ]);
      }
      const counted = (await metrics()).matchAll(
        /^sluice_router_requests_total\{version="1\.0\.0",slot="\w+",code="502"\} (\d+)$/gm,
      );
      expect([...counted].reduce((sum, [, found]) => sum + Number(found), 0)).toBe(3);
      await dropping.close();
    },
  );

  it('ends the answer visibly where the backend dies in the middle of it', async () => {
    const dying = await startService('dying', (_incoming, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 50);
    });
    await router.ensureRunning({ port });
    await router.setTable({ backends: { blue: { version: '1', address: dying.address, weight: 1 } } });
    await expect(get()).rejects.toThrow();
    await dying.close();
    await router.setTable(table({ green: 1 }));
    expect((await get()).status).toBe(200);
  });

  it('passes upgrades through, and says who asked', async () => {
    await router.ensureRunning({ port });
    await router.setTable(table({ blue: 1 }));
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    await vi.waitFor(() => expect(text).toContain('101 Switching Protocols'));
    socket.write('hello');
    await vi.waitFor(() => expect(text).toContain('blue:hello'));
    expect((await router.state()).inFlight['blue']).toBe(1);
    await router.setTable(table({ blue: 0, green: 1 }));
    socket.write('again');
    await vi.waitFor(() => expect(text).toContain('blue:again'));
    socket.end();
    expect(await router.drain('blue', 5_000)).toEqual({ drained: true, inFlight: 0 });

    const { body } = await request(`http://127.0.0.1:${port}/headers`, {
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    expect(await body.json()).toMatchObject({
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${port}`,
    });
  });

  it('[PL-1] outlives the process that started it, and goes on after a kill with the table it had', async () => {
    const creator = fork(new URL('./creator.fixture.ts', import.meta.url), [directory, String(port)]);
    await once(creator, 'message');
    creator.kill('SIGKILL');
    await once(creator, 'exit');
    const record = (await router.running())!;
    expect(isRunning(record)).toBe(true);
    await router.setTable(table({ blue: 1 }));
    expect((await get()).version).toBe('blue');

    process.kill(record.pid, 'SIGKILL');
    await vi.waitFor(() => expect(isRunning(record)).toBe(false));
    const again = await router.ensureRunning({ port });
    expect(again.pid).not.toBe(record.pid);
    expect(again.metricsPort).toBe(record.metricsPort);
    expect((await get()).version).toBe('blue');
  });

  it('[PL-1] is started once where several workers ask at the same moment', async () => {
    const records = await Promise.all(
      Array.from({ length: 5 }, () => createRouterClient(directory).ensureRunning({ port })),
    );
    expect(new Set(records.map(({ pid }) => pid)).size).toBe(1);
  });

  it('replaces one that is just ending, while its last request goes on', async () => {
    const first = await router.ensureRunning({ port });
    await router.setTable(table({ blue: 1 }));
    const open = get('/slow?ms=1500');
    await vi.waitFor(async () => expect((await router.state()).inFlight['blue']).toBe(1));
    process.kill(first.pid, 'SIGTERM');
    // A signal arrives when the other process gets to it.
    await vi.waitFor(() => expect(router.state()).rejects.toThrow('does not answer'), { interval: 10 });
    const second = await router.ensureRunning({ port });
    expect(second.pid).not.toBe(first.pid);
    expect(await open).toEqual({ status: 200, version: 'blue', text: 'blue' });
    expect((await get()).version).toBe('blue');
  });

  it('moves to another port where the configuration says so', async () => {
    const first = await router.ensureRunning({ port });
    await router.setTable(table({ blue: 1 }));
    port = await freePort();
    const second = await router.ensureRunning({ port });
    expect(isRunning(first)).toBe(false);
    expect(second.port).toBe(port);
    expect((await get()).version).toBe('blue');
  });

  it('names the port that another program holds', async () => {
    const foreign = createTcpServer();
    await new Promise<void>((resolve) => foreign.listen(port, '127.0.0.1', resolve));
    await expect(router.ensureRunning({ port })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is used by another program`,
    );
    expect(await router.running()).toBeUndefined();
    await new Promise((resolve) => foreign.close(resolve));
  });

  it('refuses a table that is none, and starts empty from a damaged one', async () => {
    await router.ensureRunning({ port });
    await router.setTable(table({ blue: 1 }));
    for (const bad of [
      {},
      { backends: { blue: { version: '1', address: 'file:///etc', weight: 1 } } },
      { backends: { blue: { ...table({ blue: 1 }).backends.blue!, weight: -1 } } },
    ]) {
      await expect(router.setTable(bad as never)).rejects.toThrow('refused PUT /table');
    }
    expect((await get()).version).toBe('blue');
    await router.stop();
    await router.stop();
    await expect(router.table()).rejects.toThrow('does not answer');
    await writeFile(join(directory, 'table.json'), '{"backends": nonsense');
    await router.ensureRunning({ port });
    expect((await get()).status).toBe(503);
  });

  it('works in a directory whose path is too long for a socket', async () => {
    const deep = createRouterClient(join(directory, 'd'.repeat(120)));
    clients.push(deep);
    await deep.ensureRunning({ port });
    expect((await deep.state()).port).toBe(port);
  });
});

describe("the router's log", () => {
  it('is lines of JSON, with what failed', async () => {
    await router.ensureRunning({ port });
    await router.setTable(table({ blue: 100 }));
    await blue.close();
    expect((await get()).status).toBe(502);
    const lines = readFileSync(join(directory, 'router.log'), 'utf8').trimEnd().split('\n');
    const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(said[0]).toMatchObject({ level: 'info', message: `listening on 127.0.0.1:${port}` });
    expect(said).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('ECONNREFUSED') as string }),
    );
  });

  it.each([
    ['a full disk', () => symlink('/dev/full', join(directory, 'router.log'))],
    ['a directory in its place', () => mkdir(join(directory, 'router.log'))],
  ])('%s costs its lines, and not one request', async (_what, spoil) => {
    await spoil();
    await router.ensureRunning({ port });
    await router.setTable(table({ blue: 100 }));
    await blue.close();
    for (let times = 0; times < 20; times += 1) expect((await get()).status).toBe(502);
    await router.setTable(table({ green: 100 }));
    expect(await get()).toMatchObject({ status: 200, text: 'green' });
    await router.stop();
    expect(await router.running()).toBeUndefined();
  });
});
