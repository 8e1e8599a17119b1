import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Target } from '../../../src/activities/ports/index.ts';
import { TrafficRouterProblem } from '../../../src/activities/ports/index.ts';
import { createTrafficRouter } from '../../../src/adapters/routers/index.ts';
import { routerSchema } from '../../../src/domain/config/router-schema.ts';
import { contextOf, driverOptions } from '../drivers/support.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const target: Target = {
  product: 'shop',
  environment: 'production',
  version: '2.0.0',
  commit: 'c',
  previousVersion: '1.0.0',
};

/** A router whose weights are a file, steered by commands in its checkout. */
async function createSubject(commands: { set?: string; get?: string } = {}) {
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-router-script-'));
  cleanUps.push(() => rm(directory, { recursive: true, force: true }));
  const weights = path.join(directory, 'weights');
  await writeFile(
    path.join(directory, 'set.sh'),
    'echo "$SLUICE_VERSION $SLUICE_ENVIRONMENT $SLUICE_WEIGHTS" >> calls\nprintf %s "$SLUICE_WEIGHTS" > weights\n',
  );
  const config = routerSchema.parse({
    script: { set: commands.set ?? 'sh ./set.sh', get: commands.get ?? 'echo noise; cat weights' },
  });
  const router = createTrafficRouter(config, {
    commands: driverOptions(directory).commands,
    checkout: () => Promise.resolve(directory),
  });
  let effects = 0;
  return {
    weights,
    router,
    set: (shares: Record<string, number>, key = `set ${(effects += 1)}`) =>
      router.set(shares, target, contextOf(key)),
    read: () => router.read(target, contextOf('read')),
    calls: async () => (await readFile(path.join(directory, 'calls'), 'utf8')).trim().split('\n'),
  };
}

const problem = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => expect.unreachable('it should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TrafficRouterProblem);
  return (error as Error).message;
};

describe('a script as a router', () => {
  it('tells it all shares at once, reads them back, and changes nothing for the same ones again', async () => {
    const { set, read, calls } = await createSubject();
    await set({ blue: 90, green: 10 }, 'a');
    await set({ blue: 90, green: 10 }, 'a');
    await set({ green: 10, blue: 90 }, 'b');
    expect(await read()).toEqual({ blue: 90, green: 10 });
    await set({ blue: 0, green: 100 }, 'b');
    expect(await calls()).toEqual([
      '2.0.0 production {"blue":90,"green":10}',
      '2.0.0 production {"blue":0,"green":100}',
    ]);
  });

  it('takes half a point for rounding, but not none for a little', async () => {
    const rounding = await createSubject({ set: `echo '{"blue":67,"green":33}' > weights` });
    await rounding.set({ blue: 66.6, green: 33.4 });
    expect(await problem(rounding.set({ blue: 66, green: 34 }))).toMatch(
      /other weights than it was given: wanted blue 66 %, green 34 %, found blue 67 %, green 33 %.*try again/,
    );
    const dropping = await createSubject({ set: `echo '{"blue":100,"green":0}' > weights` });
    expect(await problem(dropping.set({ blue: 99.6, green: 0.4 }))).toContain('found blue 100 %, green 0 %');
  });

  it('says what others have set meanwhile, and shows what really is', async () => {
    const { set, read, weights } = await createSubject();
    await set({ blue: 50, green: 50 });
    await writeFile(weights, '{"blue":23,"green":77}');
    expect(await read()).toEqual({ blue: 23, green: 77 });
    await set({ blue: 50, green: 50 });
    expect(await read()).toEqual({ blue: 50, green: 50 });
    const fought = await createSubject({ set: `echo '{"blue":23,"green":77}' > weights` });
    expect(await problem(fought.set({ blue: 50, green: 50 }))).toContain('found blue 23 %, green 77 %');
  });

  it.each([
    [
      'fails',
      { set: 'echo reload failed >&2; exit 3' },
      /router\.script\.set did not set .*\(reload failed\)/,
    ],
    ['can not be asked', { get: 'exit 4' }, /router\.script\.get could not say .*exited with 4/],
    [
      'prints no shares',
      { get: 'echo fine' },
      /must print as its last line a JSON object .*it printed "fine"/,
    ],
    ['prints nothing', { get: 'true' }, /it printed ""/],
    ['prints a text', { get: `echo '{"blue":"90","green":10}'` }, /must print as its last line/],
    ['prints too much', { get: `echo '{"blue":900,"green":10}'` }, /must print as its last line/],
    ['has no share', { get: `echo '{}'` }, /must print as its last line/],
  ])('says it where it %s', async (_, commands, expected) => {
    const { set } = await createSubject(commands);
    expect(await problem(set({ blue: 90, green: 10 }))).toMatch(expected);
  });

  it('can not say what is open', async () => {
    const { router } = await createSubject();
    expect(await router.drain('blue', 1, contextOf('drain'))).toBeUndefined();
  });
});
