import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { DriverRequest } from '../../../src/activities/ports/index.ts';
import { createProcessDriver } from '../../../src/adapters/drivers/index.ts';
import { contextOf, driverOptions, runningVersions, start, version } from './support.ts';
import type { Version } from './support.ts';
import { cleaningUp, processSubject } from './subject.ts';

const afterTest = cleaningUp();

/** Two versions that take a moment to listen, so that a kill can come in between. */
async function createSubject() {
  const subject = await processSubject(afterTest, {
    start: `sleep 0.4; ${start}`,
    install: { run: 'echo once >> installs', idempotent: true },
    drain: '2s',
  });
  const { directory, options, product, port, driver, request } = subject;
  const [one, two] = [version(product, '1.0.0'), version(product, '2.0.0')];
  const stateFile = join(options.directory, 'shop/staging/state.json');
  const state = () => readFile(stateFile, 'utf8').catch(() => '');
  return {
    directory,
    driver,
    one,
    two,
    request,
    state,
    stateFile,
    installs: (wanted: Version) =>
      readFile(
        join(
          options.directory,
          'shop/staging/versions',
          `${wanted.version}-${wanted.commit.slice(0, 12)}`,
          'installs',
        ),
        'utf8',
      ),
    served: async () => (await fetch(`http://127.0.0.1:${port}`)).text(),
    release: async (wanted: Version) => {
      for (const method of ['deploy', 'activate'] as const)
        expect(await driver[method](request(wanted), contextOf(`${wanted.version}/${method}`))).toMatchObject(
          { ok: true },
        );
    },
    /** Calls the method in a process of its own and kills that when `moment` has come. */
    killed: async (
      method: 'deploy' | 'activate' | 'rollback' | 'retire',
      wanted: DriverRequest & { to?: Version },
      key: string,
      moment: () => Promise<unknown>,
    ) => {
      const caller = fork(new URL('./caller.fixture.ts', import.meta.url), [
        JSON.stringify({ directory, method, request: wanted, key }),
      ]);
      const ended = once(caller, 'exit');
      await once(caller, 'message');
      await Promise.race([moment(), ended]);
      caller.kill('SIGKILL');
      await ended;
    },
  };
}

const after = (ms: number) => () => sleep(ms);

describe('[PL-1] the process driver, killed half-way and asked again', () => {
  it.each<[string, (subject: Awaited<ReturnType<typeof createSubject>>) => Promise<unknown>]>([
    ['at once', after(0)],
    ['while it exports', after(120)],
    [
      'when it has written down what it is about to start',
      async ({ state }) =>
        vi.waitFor(async () => expect(await state()).toContain('"starting"'), {
          timeout: 20_000,
          interval: 1,
        }),
    ],
    [
      'when the version was started',
      async ({ directory }) =>
        vi.waitFor(() => expect(runningVersions(directory)).toHaveLength(1), {
          timeout: 20_000,
          interval: 1,
        }),
    ],
    [
      'when the process is written down',
      async ({ state }) =>
        vi.waitFor(async () => expect(await state()).toContain('"pid"'), { timeout: 20_000, interval: 1 }),
    ],
    [
      'when the version has answered',
      async ({ state }) =>
        vi.waitFor(async () => expect(await state()).toContain('"running"'), {
          timeout: 20_000,
          interval: 1,
        }),
    ],
  ])('deploys once: %s', async (_, moment) => {
    const subject = await createSubject();
    const { driver, request, one, directory, killed, installs, served } = subject;
    await killed('deploy', request(one), 'deploy', () => moment(subject));
    const before = runningVersions(directory);
    expect(before.length).toBeLessThanOrEqual(1);
    expect(await driver.deploy(request(one), contextOf('deploy'))).toMatchObject({ ok: true, slot: 'blue' });
    const now = runningVersions(directory);
    expect(now).toHaveLength(1);
    // What was started before is adopted, and not started again.
    if (before.length === 1) expect(now).toEqual(before);
    expect(await installs(one)).toBe('once\n');
    await driver.activate(request(one), contextOf('activate'));
    expect(await served()).toBe('1.0.0');
  });

  it('finds a process whose id was never written down', async () => {
    const { driver, request, one, directory, killed, state, stateFile } = await createSubject();
    await killed('deploy', request(one), 'deploy', async () =>
      vi.waitFor(async () => expect(await state()).toContain('"pid"'), { timeout: 20_000, interval: 1 }),
    );
    const before = runningVersions(directory);
    expect(before).toHaveLength(1);
    const stored = JSON.parse(await state()) as { slots: { blue: { process?: unknown; phase: string } } };
    delete stored.slots.blue.process;
    stored.slots.blue.phase = 'starting';
    await writeFile(stateFile, JSON.stringify(stored));
    expect(await driver.deploy(request(one), contextOf('deploy'))).toMatchObject({ ok: true });
    expect(runningVersions(directory)).toEqual(before);
  });

  it.each([0, 5, 15, 40, 100])('activates once: after %i ms', async (ms) => {
    const { driver, request, one, two, directory, killed, release, served } = await createSubject();
    await release(one);
    await driver.deploy(request(two), contextOf('deploy'));
    await killed('activate', request(two), 'activate', after(ms));
    expect(['1.0.0', '2.0.0']).toContain(await served());
    expect(await driver.activate(request(two), contextOf('activate'))).toMatchObject({ ok: true });
    expect(await served()).toBe('2.0.0');
    expect(await driver.current(request(two), contextOf('current'))).toMatchObject(two);
    expect(runningVersions(directory)).toHaveLength(2);
  });

  it.each([0, 10, 40, 100, 300, 600])(
    'rolls back once, also to a version that has to be started again: after %i ms',
    async (ms) => {
      const { driver, request, one, two, directory, killed, release, served } = await createSubject();
      await release(one);
      await release(two);
      if (ms !== 40) await driver.retire(request(two), contextOf('retire'));
      await killed('rollback', { ...request(two), to: one }, 'rollback', after(ms));
      expect(['1.0.0', '2.0.0']).toContain(await served());
      expect(await driver.rollback({ ...request(two), to: one }, contextOf('rollback'))).toMatchObject({
        ok: true,
      });
      expect(await served()).toBe('1.0.0');
      expect(await driver.current(request(two), contextOf('current'))).toMatchObject(one);
      expect(runningVersions(directory)).toHaveLength(1);
    },
  );

  it('does not start a version twice where two workers are asked for the same', async () => {
    const { request, one, directory } = await createSubject();
    const both = [
      createProcessDriver(driverOptions(directory)),
      createProcessDriver(driverOptions(directory)),
    ];
    const results = await Promise.all(both.map((driver) => driver.deploy(request(one), contextOf('deploy'))));
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
    expect(runningVersions(directory)).toHaveLength(1);
  });
});
