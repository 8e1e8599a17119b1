import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EffectContext, Target } from '../../../src/activities/ports/index.ts';
import { TrafficRouterProblem } from '../../../src/activities/ports/index.ts';
import { createHaproxyRouter } from '../../../src/adapters/routers/index.ts';
import type { Haproxy } from '../../support/haproxy.ts';
import { startHaproxy } from '../../support/haproxy.ts';
import { startVersionLoad } from '../../support/load.ts';
import { contextOf } from '../drivers/support.ts';
import { startService } from '../router/support.ts';
import { expectShares } from './support.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const target: Target = {
  product: 'shop',
  environment: 'production',
  version: '2.0.0',
  commit: '',
  previousVersion: '1.0.0',
};
const context = contextOf('a');
const servers = { blue: 'blue', green: 'green' };

/** HAProxy before two real services, and a router that steers it. */
async function createSubject(edit?: (config: string) => string, section: Record<string, unknown> = {}) {
  const blue = await startService('blue');
  const green = await startService('green');
  cleanUps.push(
    () => blue.close(),
    () => green.close(),
  );
  const haproxy = await startHaproxy({ blue: blue.address, green: green.address }, edit);
  cleanUps.push(() => haproxy.close());
  const config = { socket: haproxy.socket, backend: 'shop', servers, timeout: 2_000, ...section };
  const router = createHaproxyRouter(config);
  return {
    haproxy,
    blue,
    green,
    router,
    config,
    read: () => router.read(target, context),
    set: (weights: Record<string, number>, with_: EffectContext = context) =>
      router.set(weights, target, with_),
  };
}

/** How many changes HAProxy has carried out: its own count of questions is no measure, so the settings themselves are read. */
const weightsOf = async (haproxy: Haproxy) =>
  (await Promise.all(['blue', 'green'].map((name) => haproxy.ask(`get weight shop/${name}`)))).map((text) =>
    Number.parseInt(text, 10),
  );

const problem = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => expect.unreachable('it should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TrafficRouterProblem);
  return (error as Error).message;
};

/** Something in the way of HAProxy's socket: sees each question, and may do more than pass it on. */
async function standBetween(
  haproxy: Haproxy,
  before: (question: string) => unknown,
  after: (question: string) => unknown = () => undefined,
) {
  const server = createServer((client) => {
    client.once('data', (data: Buffer) => {
      const question = data.toString();
      void (async () => {
        await before(question);
        const answer = await haproxy.ask(question.trim()).catch(() => undefined);
        await after(question);
        if (answer === undefined) client.destroy();
        else client.end(answer);
      })();
    });
    client.on('error', () => undefined);
  });
  return listen(server);
}

async function listen(server: Server): Promise<string> {
  const open = new Set<Socket>();
  server.on('connection', (client) => open.add(client));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(async () => {
    for (const client of open) client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('HAProxy as a router', () => {
  it('[BG-7] [SI-5] gives each version its share, without one failed request at any change', async () => {
    const { haproxy, set, read } = await createSubject();
    const load = startVersionLoad(haproxy.url);
    cleanUps.push(() => load.stop());
    await expectShares(load, 'green', async (weight) => {
      await set({ green: weight, blue: 100 - weight });
      expect(await read()).toEqual({ green: weight, blue: 100 - weight });
    });
    expect(load.answers()).toBeGreaterThan(16_000);
  }, 240_000);

  it('changes nothing for the same weights again, and takes servers back that an operator has taken out', async () => {
    const { haproxy, config } = await createSubject();
    const questions: string[] = [];
    const socket = await standBetween(haproxy, (question) => questions.push(question));
    const router = createHaproxyRouter({ ...config, socket });
    await router.set({ blue: 90, green: 10 }, target, context);
    expect(questions.filter((question) => question.startsWith('set'))).toEqual([
      'set server shop/green weight 10;set server shop/green state ready;set server shop/blue weight 90;set server shop/blue state ready\n',
    ]);
    await router.set({ green: 10, blue: 90 }, target, context);
    expect(questions.filter((question) => question.startsWith('set'))).toHaveLength(1);

    await haproxy.ask('set server shop/green state maint');
    expect(await router.read(target, context)).toEqual({ blue: 100, green: 0 });
    await router.set({ blue: 90, green: 10 }, target, context);
    expect(await router.read(target, context)).toEqual({ blue: 90, green: 10 });
  });

  it('gives fractions of a percent as near as its weights come, and says which it has not', async () => {
    const { haproxy, set, read } = await createSubject();
    await set({ blue: 99.5, green: 0.5 });
    expect(await weightsOf(haproxy)).toEqual([199, 1]);
    expect(await read()).toEqual({ blue: 99.5, green: 0.5 });
    await set({ blue: 87.5, green: 12.5 });
    expect(await weightsOf(haproxy)).toEqual([7, 1]);
    expect(await problem(set({ blue: 99.9, green: 0.1 }))).toContain(
      "can't share traffic as blue 99.9 %, green 0.1 %",
    );
    expect(await problem(set({ blue: 60, green: 60 }))).toContain('together 100 %');
    expect(await problem(set({ blue: 50, red: 50 }))).toContain('no server for red');
    expect(await weightsOf(haproxy)).toEqual([7, 1]);
  });

  it('lets nobody take traffic where that is wanted', async () => {
    const { haproxy, set, read } = await createSubject();
    await set({ blue: 0, green: 0 });
    expect(await read()).toEqual({ blue: 0, green: 0 });
    expect((await fetch(haproxy.url)).status).toBe(503);
  });

  it('[BG-7] waits until a slot has nothing open, and says how much is open where that takes too long', async () => {
    const { haproxy, router, set } = await createSubject();
    const open = [fetch(`${haproxy.url}/slow?ms=1500`), fetch(`${haproxy.url}/slow?ms=1500`)];
    await vi.waitFor(async () =>
      expect(await router.drain('blue', 0, context)).toEqual({ drained: false, open: 2 }),
    );
    await set({ blue: 0, green: 100 });
    let beats = 0;
    const beating = { ...context, heartbeat: () => (beats += 1) };
    expect(await router.drain('blue', 250, beating)).toEqual({ drained: false, open: 2 });
    expect(await (await fetch(haproxy.url)).text()).toBe('green');
    expect(await router.drain('blue', 20_000, beating)).toEqual({ drained: true, open: 0 });
    expect(beats).toBeGreaterThan(5);
    for (const answer of open) expect(await (await answer).text()).toBe('blue');
  });

  it('ends at once where it is cancelled', async () => {
    const { haproxy, router } = await createSubject();
    const open = fetch(`${haproxy.url}/slow?ms=3000`);
    await vi.waitFor(async () => expect(await router.drain('blue', 0, context)).toMatchObject({ open: 1 }));
    const reason = new Error('stopped by somebody');
    const stop = new AbortController();
    const draining = router.drain('blue', 60_000, contextOf('b', stop.signal));
    stop.abort(reason);
    await expect(draining).rejects.toBe(reason);
    await expect(router.read(target, contextOf('b', stop.signal))).rejects.toBe(reason);
    await open;
  });
});

describe('HAProxy that does not do as it is told', () => {
  it('says that it is gone, hangs, or dies while it is asked', async () => {
    const { haproxy, set, read, config } = await createSubject(undefined, { timeout: 500 });
    process.kill(haproxy.pid(), 'SIGSTOP');
    expect(await problem(set({ blue: 90, green: 10 }))).toMatch(/did not answer within 500ms: .*try again/);
    // It takes the question and dies over it.
    const patient = createHaproxyRouter({ ...config, timeout: 20_000 });
    const asked = problem(patient.set({ blue: 90, green: 10 }, target, context));
    await haproxy.kill();
    expect(await asked).toMatch(/can't be asked|ended without an answer/);
    expect(await problem(read())).toMatch(
      /can't be asked \(ECONNREFUSED\): nobody listens there; start HAProxy/,
    );
    const elsewhere = createHaproxyRouter({ ...config, socket: path.join(tmpdir(), 'sluice-no-such.sock') });
    expect(await problem(elsewhere.read(target, context))).toMatch(/\(ENOENT\): there is no such socket/);
    await haproxy.restart();
    await set({ blue: 90, green: 10 });
    expect(await read()).toEqual({ blue: 90, green: 10 });
  });

  it('says that it died between setting and reading back, and goes on when it is asked again', async () => {
    const { haproxy, config, set, read } = await createSubject();
    const socket = await standBetween(
      haproxy,
      () => undefined,
      (question) => (question.startsWith('set') ? haproxy.kill() : undefined),
    );
    const router = createHaproxyRouter({ ...config, socket });
    expect(await problem(router.set({ blue: 50, green: 50 }, target, context))).toMatch(
      /ended without an answer: .*try again/,
    );
    await haproxy.restart();
    await set({ blue: 50, green: 50 });
    expect(await read()).toEqual({ blue: 50, green: 50 });
  });

  it('shows the weights that it lost in a restart, and sets them again', async () => {
    const { haproxy, set, read } = await createSubject();
    await set({ blue: 0, green: 100 });
    await haproxy.restart();
    expect(await read()).toEqual({ blue: 100, green: 0 });
    await set({ blue: 0, green: 100 });
    expect(await (await fetch(haproxy.url)).text()).toBe('green');
  });

  it('says which names it has where one is wrong', async () => {
    const { config } = await createSubject();
    const ask = (section: object) =>
      problem(createHaproxyRouter({ ...config, ...section }).set({ blue: 90, green: 10 }, target, context));
    expect(await ask({ backend: 'shp' })).toMatch(
      /no backend shp .*it has: shop.*correct router\.haproxy\.backend/,
    );
    expect(await ask({ servers: { blue: 'blue', green: 'gren' } })).toMatch(
      /no server gren \(slot green\) in backend shop \(it has: blue, green\): correct router\.haproxy\.servers/,
    );
  });

  it('says what others have set meanwhile, and the share that a server of nobody takes', async () => {
    const { haproxy, config, read, set } = await createSubject();
    const socket = await standBetween(
      haproxy,
      () => undefined,
      (question) => (question.startsWith('set') ? haproxy.ask('set server shop/green weight 77') : undefined),
    );
    const router = createHaproxyRouter({ ...config, socket });
    expect(await problem(router.set({ blue: 90, green: 10 }, target, context))).toMatch(
      /backend shop: server green \(slot green\): wanted weight 10, found 77\. .*try again/,
    );
    expect((await read())['green']).toBeCloseTo((77 / 167) * 100);
    await set({ blue: 90, green: 10 });
    expect(await read()).toEqual({ blue: 90, green: 10 });

    const crowded = await createSubject((text) => `${text}  server red 127.0.0.1:1 weight 100\n`);
    expect(await crowded.read()).toEqual({ blue: 50, green: 0 });
    expect(await problem(crowded.set({ blue: 90, green: 10 }))).toContain(
      "server red is no slot's and takes traffic too",
    );
  });

  it.each([
    [
      'may not be commanded',
      (text: string) => text.replace('660 level admin', '660 level operator'),
      /wanted weight 10, found 0.*Permission denied.*level admin/,
    ],
    [
      'balances by an algorithm without changing weights',
      (text: string) => text.replace('balance roundrobin', 'balance static-rr'),
      /wanted weight 10, found 0.*static LB algorithm.*balance roundrobin/,
    ],
    [
      'sees the server down',
      (text: string) => text.replace(/server green \S+/, 'server green 127.0.0.1:1 check inter 50 fall 1'),
      /server green \(slot green\): has weight 10 but is DOWN/,
    ],
    [
      'starts servers slowly',
      (text: string) => text.replace('weight 0', 'weight 0 check inter 50 slowstart 1h'),
      /server green \(slot green\): has weight 10 but only \d+ % of it yet: leave its slowstart out/,
    ],
  ])('says what is in the way where it %s', async (what, edit, expected) => {
    const { haproxy, set } = await createSubject(edit);
    if (what === 'sees the server down')
      await vi.waitFor(async () => expect(await haproxy.ask('show stat -1 4 -1')).toMatch(/,DOWN,/));
    if (what === 'starts servers slowly') await haproxy.ask('set server shop/green state maint');
    const said = await problem(set({ blue: 90, green: 10 }));
    expect(said).toMatch(expected);
  });

  it('recognises what is no HAProxy', async () => {
    const { config } = await createSubject();
    const say = (text: string) =>
      listen(createServer((client) => client.on('error', () => undefined).end(text)));
    for (const text of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n', '# a,b\n1,2\n', '\u0000\u0001'.repeat(100)]) {
      const router = createHaproxyRouter({ ...config, socket: await say(text) });
      expect(await problem(router.read(target, context))).toMatch(
        /is not the stats socket of HAProxy .*correct router\.haproxy\.socket|ended without an answer/,
      );
    }
    const endless = await listen(
      createServer((client) => {
        const more = () => {
          while (!client.destroyed && client.write('x'.repeat(64 * 1024)));
        };
        client.on('error', () => undefined).on('drain', more);
        more();
      }),
    );
    const router = createHaproxyRouter({ ...config, socket: endless });
    expect(await problem(router.read(target, context))).toContain('does not stop talking');
  });

  it('is reached by host and port, too', async () => {
    const { haproxy, config } = await createSubject();
    const relay = createServer((client) => {
      const behind = connect(haproxy.socket);
      client.pipe(behind).pipe(client);
      for (const side of [client, behind]) side.on('error', () => undefined);
    });
    const router = createHaproxyRouter({ ...config, socket: await listen(relay) });
    await router.set({ blue: 25, green: 75 }, target, context);
    expect(await weightsOf(haproxy)).toEqual([25, 75]);
  });
});
