import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it, vi } from 'vitest';
import type { CommandSpec } from '../../../../src/activities/ports/index.ts';
import { DriverProblem } from '../../../../src/activities/ports/index.ts';
import { createDriver, createSlotsDriver } from '../../../../src/adapters/drivers/index.ts';
import { driverContract } from '../../../contract/driver.ts';
import { startHaproxy } from '../../../support/haproxy.ts';
import { startVersionLoad } from '../../../support/load.ts';
import { expectShares } from '../../routers/support.ts';
import { contextOf, createProduct, driverOptions, environmentOf, requestOf, version } from '../support.ts';
import type { Version } from '../support.ts';
import { cleaningUp, scratch } from '../subject.ts';

const afterTest = cleaningUp();

/** A real web server for a slot: shows one file, which the scripts of the product write; `/slow` takes half a second. */
async function startSlot(file: string): Promise<string> {
  const web = createServer((request, response) => {
    request.resume();
    const answer = () =>
      existsSync(file)
        ? void readFile(file, 'utf8').then(
            (text) => response.setHeader('x-version', text).end(text),
            () => response.destroy(),
          )
        : void response.writeHead(503).end();
    if (request.url === '/slow') setTimeout(answer, 1_500);
    else answer();
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  afterTest(async () => {
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  });
  return `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
}

interface Extra {
  readonly current?: string;
  readonly rollback?: string;
  readonly drain?: string;
  /** In place of HAProxy's runtime API. */
  readonly script?: { readonly set: string; readonly get: string };
}

/** Two slots behind a real HAProxy, and commands that put versions into them. */
async function createSubject(extra: Extra = {}) {
  const directory = await scratch(afterTest);
  const live = join(directory, 'live');
  const callsFile = join(directory, 'calls');
  await mkdir(live);
  const slots = { blue: await startSlot(join(live, 'blue')), green: await startSlot(join(live, 'green')) };
  const haproxy = await startHaproxy(slots);
  afterTest(() => haproxy.close());

  const product = createProduct(directory);
  const put = 'cp VERSION "$LIVE/$SLUICE_SLOT"';
  const one = version(product, '1.0.0', { 'deploy.sh': put });
  const two = version(product, '2.0.0');
  const three = version(product, '3.0.0');
  const broken = version(product, '4.0.0', { 'deploy.sh': 'echo out of order >&2; exit 3' });
  const env = { LIVE: live, CALLS: callsFile };
  const noted = (name: string, run: string) => ({
    run: `echo "${name} $SLUICE_VERSION $SLUICE_SLOT" >> "$CALLS"; ${run}`,
    env,
  });
  const environment = environmentOf({
    url: haproxy.url,
    monitor: { scrape: 'http://127.0.0.1:9/metrics' },
    slots: { blue: { url: slots.blue }, green: { url: slots.green } },
    router: {
      ...(extra.script
        ? { script: { set: { run: extra.script.set, env }, get: { run: extra.script.get, env } } }
        : {
            haproxy: {
              socket: haproxy.socket,
              backend: 'shop',
              servers: { blue: 'blue', green: 'green' },
              timeout: '2s',
            },
          }),
      drain: extra.drain ?? '20s',
    },
    script: {
      deploy: noted('deploy', 'sh ./deploy.sh'),
      rollback: noted('rollback', extra.rollback ?? 'rm -f "$LIVE/$SLUICE_SLOT"'),
      ...(extra.current ? { current: { run: extra.current, env } } : {}),
    },
  });
  const options = driverOptions(directory);
  const driver = createSlotsDriver(options);
  const request = (wanted: Version) => requestOf(product, environment, wanted);
  let effects = 0;
  const context = () => contextOf(`effect ${(effects += 1)}`);
  const weights = async () =>
    Object.fromEntries(
      await Promise.all(
        ['blue', 'green'].map(async (name) => [
          name,
          Number.parseInt(await haproxy.ask(`get weight shop/${name}`), 10),
        ]),
      ),
    ) as Record<string, number>;
  return {
    ...{ directory, live, slots, haproxy, product, environment, options, driver, one, two, three, broken },
    ...{ request, context, weights },
    record: join(options.directory, 'shop', 'staging', 'slots.json'),
    calls: async () =>
      (await readFile(callsFile, 'utf8').catch(() => ''))
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    served: async () => {
      const response = await fetch(haproxy.url);
      const text = await response.text();
      return response.ok ? text : undefined;
    },
    shift: (wanted: Version, weight: number) => driver.shift({ ...request(wanted), weight }, context()),
    rollBack: (from: Version, to: Version | undefined) =>
      driver.rollback({ ...request(from), to }, context()),
    release: async (wanted: Version) => {
      expect(await driver.deploy(request(wanted), context())).toMatchObject({ ok: true });
      expect(await driver.activate(request(wanted), context())).toMatchObject({ ok: true });
    },
  };
}

driverContract('slots driver with HAProxy', () => createSubject());

describe('the slots driver', () => {
  it('is what an environment with script, slots and a router gets', async () => {
    const { environment, options, request, one, slots, haproxy } = await createSubject();
    const driver = createDriver(environment, options);
    expect(await driver.deploy(request(one), contextOf('a'))).toMatchObject({ ok: true, slot: 'green' });
    expect(await driver.addresses(request(one))).toEqual({
      public: haproxy.url,
      candidate: slots.green,
      metrics: 'http://127.0.0.1:9/metrics',
    });
    expect(await driver.usage(request(one))).toBeUndefined();
  });

  it('[BG-7] [SI-5] takes a version from nothing to everything and back, without one failed request', async () => {
    const { haproxy, one, two, shift, release, driver, request, context, rollBack } = await createSubject();
    await release(one);
    expect(await driver.deploy(request(two), context())).toMatchObject({ ok: true, slot: 'blue' });
    const load = startVersionLoad(haproxy.url);
    afterTest(() => load.stop());
    await expectShares(load, '2.0.0', async (weight) => {
      expect(await shift(two, weight)).toEqual({
        ok: true,
        summary: `${weight} % of the traffic goes to 2.0.0 in blue`,
        slot: 'blue',
      });
    });
    await shift(two, 50);
    expect(await rollBack(two, one)).toMatchObject({ ok: true });
    expect((await load.measure(300)).of).toEqual({ '1.0.0': 300 });
    await release(two);
    expect(await driver.retire(request(two), context())).toMatchObject({
      ok: true,
      summary: 'green has nothing open any more',
    });
    expect((await load.measure(300)).of).toEqual({ '2.0.0': 300 });
    expect(load.failures).toEqual([]);
  }, 240_000);

  it('deploys into the slot without traffic, and nowhere while both have some', async () => {
    const { one, two, three, release, driver, request, context, shift, calls, weights } =
      await createSubject();
    await release(one);
    await driver.deploy(request(two), context());
    await shift(two, 10);
    expect(await driver.current(request(two), context())).toMatchObject({ ...one, slot: 'green' });
    expect(await driver.deploy(request(three), context())).toMatchObject({
      ok: false,
      summary:
        'every slot takes traffic (blue 10 %, green 90 %): let one take all of it, then deploy 3.0.0 into the other',
    });
    expect(await calls()).toEqual(['deploy 1.0.0 green', 'deploy 2.0.0 blue']);
    expect(await weights()).toEqual({ blue: 10, green: 90 });
  });

  it('gives a rollback the traffic first, redeploys nothing that is still there, and lets the failed slot be stopped', async () => {
    const { one, two, release, rollBack, calls, weights, driver, request, context } = await createSubject({
      rollback: 'exit 5',
    });
    await release(one);
    await release(two);
    expect(await rollBack(two, one)).toMatchObject({
      ok: false,
      summary: expect.stringMatching(
        /^all traffic goes to 1\.0\.0 in green; rollback of 2\.0\.0 in blue: exited with 5/,
      ) as string,
    });
    expect(await weights()).toEqual({ blue: 0, green: 100 });
    expect(await driver.current(request(two), context())).toMatchObject(one);
    expect(await calls()).toEqual(['deploy 1.0.0 green', 'deploy 2.0.0 blue', 'rollback 2.0.0 blue']);
    // The user's command is what is tried again.
    await rollBack(two, one);
    expect((await calls()).at(-1)).toBe('rollback 2.0.0 blue');
    expect(await calls()).toHaveLength(4);
  });

  it('deploys a version again that is in no slot any more, before traffic moves', async () => {
    const { one, two, three, release, rollBack, calls, served, weights, driver, request, context, shift } =
      await createSubject();
    await release(one);
    await release(two);
    await release(three);
    expect(await rollBack(three, one)).toMatchObject({ ok: true, slot: 'blue' });
    expect(await served()).toBe('1.0.0');
    expect((await calls()).slice(3)).toEqual(['deploy 1.0.0 blue', 'rollback 3.0.0 green']);

    // While both take traffic, the one that has not failed takes over until the wanted one is there.
    await driver.deploy(request(two), context());
    await shift(two, 10);
    expect(await rollBack(two, three)).toMatchObject({ ok: true, slot: 'green' });
    expect(await served()).toBe('3.0.0');
    expect((await calls()).slice(5)).toEqual(['deploy 2.0.0 green', 'deploy 3.0.0 green']);
    expect(await weights()).toEqual({ blue: 0, green: 100 });
  });

  it('leaves traffic where it is when the old version can not be deployed again', async () => {
    const { one, two, broken, release, rollBack, served, driver, request, context } = await createSubject();
    await release(one);
    await release(two);
    expect(await rollBack(two, broken)).toMatchObject({
      ok: false,
      summary: expect.stringContaining(
        '4.0.0 is in no slot any more and could not be deployed again; traffic stays where it is: deploy of 4.0.0',
      ) as string,
    });
    expect(await served()).toBe('2.0.0');
    expect(await driver.current(request(two), context())).toMatchObject(two);
  });

  it('takes what served before its first deployment as it is: by name where a command knows it', async () => {
    const named = await createSubject({ current: 'cat "$LIVE/$SLUICE_SLOT" 2>/dev/null || true' });
    await writeFile(join(named.live, 'blue'), '0.9.0');
    expect(await named.driver.current(named.request(named.one), named.context())).toEqual({
      version: '0.9.0',
      commit: '',
      slot: 'blue',
    });
    await named.release(named.one);
    expect(await named.rollBack(named.one, { version: '0.9.0', commit: '' })).toMatchObject({
      ok: true,
      slot: 'blue',
    });
    expect(await named.served()).toBe('0.9.0');
    expect(await named.calls()).toEqual(['deploy 1.0.0 green', 'rollback 1.0.0 green']);

    const nameless = await createSubject();
    await writeFile(join(nameless.live, 'blue'), 'old');
    expect(await nameless.driver.current(nameless.request(nameless.one), nameless.context())).toBeUndefined();
    await nameless.driver.deploy(nameless.request(nameless.one), nameless.context());
    expect(await nameless.shift(nameless.one, 10)).toMatchObject({ ok: true });
    expect(await nameless.rollBack(nameless.one, undefined)).toMatchObject({
      ok: true,
      summary: expect.stringContaining('all traffic goes to blue, as before the first deployment') as string,
    });
    expect(await nameless.served()).toBe('old');
  });

  it('says what is open in the old slot for longer than it waits', async () => {
    const { one, two, release, driver, request, context, haproxy } = await createSubject({ drain: '100ms' });
    await release(one);
    const slow = fetch(`${haproxy.url}/slow`);
    await vi.waitFor(async () => expect(await haproxy.ask('show sess')).toContain('srv=green'));
    await release(two);
    expect(await driver.retire(request(two), context())).toMatchObject({
      ok: true,
      summary: 'green still had 1 sessions open after 100ms',
    });
    expect(await (await slow).text()).toBe('1.0.0');
  });

  it('moves nothing to a version that is not there, and nothing to nobody', async () => {
    const { one, two, three, broken, release, rollBack, shift, driver, request, context } =
      await createSubject();
    expect(await shift(one, 10)).toMatchObject({
      ok: false,
      summary: expect.stringContaining('is in no slot') as string,
    });
    await release(one);
    await driver.deploy(request(broken), context());
    expect(await shift(broken, 10)).toMatchObject({ ok: false });
    expect(await driver.activate(request(three), context())).toMatchObject({ ok: false });
    await release(two);
    await rollBack(two, one);
    expect(await shift(one, 50)).toMatchObject({
      ok: false,
      summary: 'no other version is there that could take 50 % of the traffic',
    });
  });
});

describe('the slots driver with a script for a router', () => {
  it('runs its commands in the version that is deployed, and does not wait for what it can not see', async () => {
    const { driver, product, request, context, live, shift, rollBack } = await createSubject({
      script: {
        set: 'sh ./router.sh',
        get: 'cat "$LIVE/weights" 2>/dev/null || echo \'{"blue":0,"green":0}\'',
      },
    });
    const files = (name: string) => ({
      'deploy.sh': 'cp VERSION "$LIVE/$SLUICE_SLOT"',
      'router.sh': `printf %s "$SLUICE_WEIGHTS" > "$LIVE/weights"; echo ${name} >> "$LIVE/by"`,
    });
    const [one, two] = ['1.0.0', '2.0.0'].map((name) => version(product, name, files(name))) as [
      Version,
      Version,
    ];
    for (const wanted of [one, two]) {
      expect(await driver.deploy(request(wanted), context())).toMatchObject({ ok: true });
      expect(await shift(wanted, wanted === one ? 100 : 10)).toMatchObject({ ok: true });
    }
    expect(JSON.parse(await readFile(join(live, 'weights'), 'utf8'))).toEqual({ blue: 90, green: 10 });
    expect(await driver.current(request(two), context())).toEqual({ ...one, slot: 'blue' });
    await driver.activate(request(two), context());
    expect(await driver.retire(request(two), context())).toEqual({
      ok: true,
      summary: "blue takes no traffic; its router can't tell what is open",
    });
    expect(await rollBack(two, one)).toMatchObject({ ok: true, slot: 'blue' });
    expect(JSON.parse(await readFile(join(live, 'weights'), 'utf8'))).toEqual({ blue: 100, green: 0 });
    expect(await readFile(join(live, 'by'), 'utf8')).toBe('1.0.0\n2.0.0\n2.0.0\n2.0.0\n');
    await rm(join(live, 'weights'));
    await mkdir(join(live, 'weights'));
    expect(await driver.activate(request(one), context())).toMatchObject({
      ok: false,
      summary: expect.stringContaining('the router has other weights than it was given') as string,
    });
  });
});

describe('the slots driver in trouble', () => {
  it('changes nothing while the router is gone, and goes on when it is back', async () => {
    const { one, two, release, driver, request, context, shift, haproxy, calls, rollBack, served } =
      await createSubject();
    await release(one);
    await driver.deploy(request(two), context());
    await shift(two, 10);
    await haproxy.kill();
    const gone = { ok: false, summary: expect.stringContaining("can't be asked") as string };
    expect(await shift(two, 50)).toMatchObject(gone);
    expect(await driver.deploy(request(two), context())).toMatchObject(gone);
    expect(await rollBack(two, one)).toMatchObject(gone);
    expect(await driver.retire(request(two), context())).toMatchObject(gone);
    await expect(driver.current(request(two), context())).rejects.toThrow(DriverProblem);
    expect(await calls()).toHaveLength(2);
    await haproxy.restart();
    expect(await rollBack(two, one)).toMatchObject({ ok: true });
    expect(await served()).toBe('1.0.0');
  });

  it('shows what really serves where the router has lost its weights, and warns', async () => {
    const { one, two, release, driver, request, context, haproxy, served } = await createSubject();
    await release(one);
    await release(two);
    await release(one);
    // 1.0.0 is in green, as the first release put it; the file gives all traffic to blue.
    await haproxy.restart();
    expect(await served()).toBe('2.0.0');
    const warnings: string[] = [];
    const log = { ...context().log, warn: (message: string) => void warnings.push(message) };
    expect(await driver.current(request(one), { ...context(), log })).toMatchObject({ ...two, slot: 'blue' });
    expect(warnings).toEqual([
      'the router gives the traffic to blue, but it was given to green: its weights were changed, or lost',
    ]);
    // Nothing is drained for a version that doesn't serve.
    expect(await driver.retire(request(one), context())).toMatchObject({
      ok: false,
      summary: expect.stringContaining('blue takes the traffic, and not green, which was given it') as string,
    });
    expect(await driver.activate(request(one), context())).toMatchObject({ ok: true });
    expect(await driver.retire(request(one), context())).toMatchObject({ ok: true });
    expect(await served()).toBe('1.0.0');
  });

  it('[PL-1] goes on with a deployment that its worker left behind, in the same slot and once', async () => {
    const { one, two, release, driver, request, options, calls, environment, record } = await createSubject();
    await release(one);
    // The worker dies when the command has ended, and before anything is written down.
    const dying = createSlotsDriver({
      ...options,
      commands: {
        run: async (spec: CommandSpec, context) => {
          await options.commands.run(spec, context);
          throw new Error('the worker died');
        },
      },
    });
    await expect(dying.deploy(request(two), contextOf('two'))).rejects.toThrow('the worker died');
    expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({
      slots: { blue: { phase: 'deploying' } },
    });
    for (const _ of [1, 2])
      expect(await createDriver(environment, options).deploy(request(two), contextOf('two'))).toMatchObject({
        ok: true,
        slot: 'blue',
      });
    expect(await calls()).toEqual(['deploy 1.0.0 green', 'deploy 2.0.0 blue']);
    expect(await driver.activate(request(two), contextOf('three'))).toMatchObject({ ok: true });
  });

  it('stops its command where the run is cancelled, and leaves it to the next attempt where the worker shuts down', async () => {
    const { one, two, release, request, driver, live, calls, product, served } = await createSubject();
    await release(one);
    const slow = version(product, '5.0.0', {
      'deploy.sh':
        'touch "$LIVE/begun"; while [ ! -e "$LIVE/go" ]; do sleep 0.05; done; cp VERSION "$LIVE/$SLUICE_SLOT"',
    });
    const begin = async (reason: Error) => {
      const stop = new AbortController();
      const deploying = driver.deploy(request(slow), contextOf('slow', stop.signal));
      await vi.waitFor(() => expect(existsSync(join(live, 'begun'))).toBe(true), { timeout: 20_000 });
      stop.abort(reason);
      return deploying;
    };
    await expect(begin(new CancelledFailure('WORKER_SHUTDOWN'))).rejects.toThrow('WORKER_SHUTDOWN');
    await writeFile(join(live, 'go'), '');
    expect(await driver.deploy(request(slow), contextOf('slow'))).toMatchObject({ ok: true, slot: 'blue' });
    expect(await calls()).toHaveLength(2);

    await rm(join(live, 'go'));
    await rm(join(live, 'begun'));
    const stop = new AbortController();
    const cancelled = driver.deploy(request(slow), contextOf('again', stop.signal));
    await vi.waitFor(() => expect(existsSync(join(live, 'begun'))).toBe(true), { timeout: 20_000 });
    stop.abort(new CancelledFailure('CANCELLED'));
    expect(await cancelled).toMatchObject({ ok: false });
    expect(await driver.deploy(request(two), contextOf('two'))).toMatchObject({ ok: true, slot: 'blue' });
    expect(await served()).toBe('1.0.0');
  });

  it('says that its record is damaged, and that an outcome is not known', async () => {
    const { one, driver, request, context, record, options } = await createSubject();
    await mkdir(join(record, '..'), { recursive: true });
    await writeFile(record, '{"slots":5}');
    await expect(driver.deploy(request(one), context())).rejects.toThrow(
      /slots\.json is damaged: .*Move it away/s,
    );
    await rm(record);
    const lost = createSlotsDriver({
      ...options,
      commands: {
        run: async (spec, of) => ({
          ...(await options.commands.run(spec, of)),
          end: 'unknown',
          exitCode: undefined,
          summary: 'nobody knows',
        }),
      },
    });
    expect(await lost.deploy(request(one), context())).toMatchObject({
      ok: false,
      unknown: true,
      summary: 'deploy of 1.0.0 in green: nobody knows',
    });
    // People have looked and said that it was done.
    expect(await driver.activate(request(one), context())).toMatchObject({ ok: true, slot: 'green' });
    expect(await driver.current(request(one), context())).toMatchObject(one);
  });
});
