import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { stopAll } from '../../../../src/adapters/drivers/index.ts';
import { createRouterClient } from '../../../../src/adapters/router/client.ts';
import { startVersionLoad } from '../../../support/load.ts';
import { expectShares } from '../../routers/support.ts';
import { contextOf, runningVersions, version } from '../support.ts';
import type { Version } from '../support.ts';
import { cleaningUp, processSubject } from '../subject.ts';

const afterTest = cleaningUp();

/** 1.0.0 takes all traffic, 2.0.0 runs beside it. */
async function createSubject() {
  const subject = await processSubject(afterTest, { startWithin: '20s', drain: '5s' });
  const { options, product, port, driver, request } = subject;
  const one = version(product, '1.0.0');
  const two = version(product, '2.0.0');
  let effects = 0;
  const context = () => contextOf(`effect ${(effects += 1)}`);
  for (const work of [
    () => driver.deploy(request(one), context()),
    () => driver.activate(request(one), context()),
    () => driver.deploy(request(two), context()),
  ])
    expect(await work()).toMatchObject({ ok: true });
  const router = createRouterClient(join(options.directory, 'shop', 'staging', 'router'));
  return {
    ...subject,
    one,
    two,
    context,
    router,
    url: `http://127.0.0.1:${port}`,
    shift: (wanted: Version, weight: number) => driver.shift({ ...request(wanted), weight }, context()),
    weights: async () =>
      Object.fromEntries(
        Object.values((await router.table()).backends).map(({ version, weight }) => [version, weight]),
      ),
  };
}

describe('shifting traffic between processes', () => {
  it('[BG-7] [SI-5] gives each version its share, without one failed request at any change', async () => {
    const { url, shift, two, driver, request, one, context } = await createSubject();
    const load = startVersionLoad(url);
    afterTest(() => load.stop());
    await expectShares(load, '2.0.0', async (weight) => {
      expect(await shift(two, weight)).toEqual({
        ok: true,
        summary: `${weight} % of the traffic goes to 2.0.0 in green`,
        slot: 'green',
      });
    });
    await shift(two, 50);
    expect(await driver.rollback({ ...request(two), to: one }, context())).toMatchObject({ ok: true });
    expect((await load.measure(200)).of).toEqual({ '1.0.0': 200 });
    expect(load.failures).toEqual([]);
  }, 240_000);

  it('[SI-5] [PL-1] both versions and their shares are back after the host was restarted, and are left alone where nothing happened', async () => {
    const { shift, weights, two, driver, url, router, directory, options } = await createSubject();
    await shift(two, 25);
    const shared = { '1.0.0': 75, '2.0.0': 25 };
    expect(await driver.reconcile('shop', 'staging')).toMatchObject({ ok: true });
    expect(await weights()).toEqual(shared);
    const { pid } = (await router.running())!;
    for (const victim of [pid, ...runningVersions(directory).map((found) => found.pid)])
      process.kill(victim, 'SIGKILL');
    await vi.waitFor(() => expect(runningVersions(directory)).toEqual([]));
    expect(await driver.reconcile('shop', 'staging')).toMatchObject({
      ok: true,
      summary: expect.stringMatching(/1.0.0 was not running .*; 2.0.0 was not running/) as string,
    });
    expect(await weights()).toEqual(shared);
    await stopAll(options.directory);
    await driver.reconcile('shop', 'staging');
    expect(await weights()).toEqual(shared);
    expect((await fetch(url)).ok).toBe(true);
  });

  it('[BG-9] a version that does not come back leaves all traffic to the one that does', async () => {
    const { shift, weights, one, two, driver, request, context, options, url } = await createSubject();
    await shift(two, 25);
    await stopAll(options.directory);
    const file = join(options.directory, 'shop', 'staging', 'state.json');
    const state = JSON.parse(await readFile(file, 'utf8')) as { slots: { green: { service: object } } };
    state.slots.green.service = { ...state.slots.green.service, start: 'exit 7' };
    await writeFile(file, JSON.stringify(state));
    expect(await driver.reconcile('shop', 'staging')).toMatchObject({ ok: false });
    expect(await weights()).toEqual({ '1.0.0': 100 });
    expect(await (await fetch(url)).text()).toContain('1.0.0');
    // Going back ends the sharing for good.
    expect(await driver.rollback({ ...request(two), to: one }, context())).toMatchObject({ ok: true });
    expect(await driver.reconcile('shop', 'staging')).toMatchObject({ ok: true });
    expect(await weights()).toEqual({ '1.0.0': 100 });
  });

  it('[SI-5] says which share a version really has, also where somebody else has changed it or the router is gone', async () => {
    const { shift, two, one, driver, request, context, router } = await createSubject();
    const weight = (wanted: Version) => driver.weight(request(wanted), context());
    expect(await weight(two)).toBe(0);
    await shift(two, 25);
    expect([await weight(one), await weight(two)]).toEqual([75, 25]);
    const { backends } = await router.table();
    await router.setTable({
      backends: Object.fromEntries(
        Object.entries(backends).map(([slot, backend]) => [slot, { ...backend, weight: 50 }]),
      ),
    });
    expect(await weight(two)).toBe(50);
    await router.stop();
    expect(await weight(two)).toBe(0);
    expect(await shift(two, 25)).toMatchObject({ ok: true });
    expect(await weight(two)).toBe(25);
    expect(await driver.weight(request({ version: '9.9.9', commit: one.commit }), context())).toBeUndefined();
  });

  it('changes nothing for the same weight again, and is not the end: the old version is what serves until activate', async () => {
    const { shift, weights, one, two, driver, request, context } = await createSubject();
    for (const _ of [1, 2]) expect(await shift(two, 0.5)).toMatchObject({ ok: true });
    expect(await weights()).toEqual({ '1.0.0': 99.5, '2.0.0': 0.5 });
    expect(await driver.current(request(two), context())).toMatchObject(one);
    await shift(two, 100);
    expect(await driver.current(request(two), context())).toMatchObject(one);
    expect(await driver.activate(request(two), context())).toMatchObject({ ok: true });
    expect(await driver.current(request(two), context())).toMatchObject(two);
    expect(await weights()).toEqual({ '1.0.0': 0, '2.0.0': 100 });
  });

  it('moves nothing to a version that does not run, and nothing to nobody', async () => {
    const { shift, weights, one, two, driver, request, context } = await createSubject();
    expect(await shift({ version: '3.0.0', commit: one.commit }, 10)).toMatchObject({
      ok: false,
      summary: '3.0.0 runs in no slot: deploy it before traffic moves to it',
    });
    await driver.activate(request(two), context());
    await driver.retire(request(two), context());
    expect(await shift(two, 10)).toMatchObject({
      ok: false,
      summary: 'no other version runs that could take 90 % of the traffic',
    });
    expect(await weights()).toMatchObject({ '2.0.0': 100 });
  });

  it('goes on with a router that was killed, with the weights that it had', async () => {
    const { shift, weights, two, router, url } = await createSubject();
    await shift(two, 10);
    process.kill((await router.running())?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => expect(await router.running()).toBeUndefined());
    expect(await shift(two, 50)).toMatchObject({ ok: true });
    expect(await weights()).toEqual({ '1.0.0': 50, '2.0.0': 50 });
    expect((await fetch(url)).status).toBe(200);
  });

  it('sets weights again that somebody else has changed meanwhile', async () => {
    const { shift, weights, two, router } = await createSubject();
    await shift(two, 10);
    const table = await router.table();
    await router.setTable({ backends: { green: { ...table.backends['green']!, weight: 7 } } });
    expect(await weights()).toEqual({ '2.0.0': 7 });
    expect(await shift(two, 10)).toMatchObject({ ok: true });
    expect(await weights()).toEqual({ '1.0.0': 90, '2.0.0': 10 });
  });
});
