import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '../../../src/domain/gates/approval.ts';
import type { DescribedGreen } from '../../../src/activities/blue-green/describe.ts';
import type { DeployRequest } from '../../../src/activities/environments/deploy.ts';
import type { GreenWorld } from './support.ts';
import { branch, commitOf, greenWorld, says } from './support.ts';

const ref = (step: string, tries = 1) => world.ref(step, tries);
let world: GreenWorld;
beforeEach(async () => {
  world = await greenWorld();
  await world.configureGreen();
});
afterEach(() => world.end());

async function asked(
  gate: 'green' | 'production',
  commit = world.commit,
  { by = ['bob'], ...change }: Partial<Approval> & { by?: readonly string[] } = {},
): Promise<DeployRequest & { approval: Approval }> {
  const version = `1.1.0-g${commit.slice(0, 8)}`;
  const described = await world.attempt((activities) =>
    activities.describeGreen(ref('describe'), {
      environment: 'production',
      gate,
      version,
      commit: gate === 'green' ? world.commit : commit,
    }),
  ).outcome;
  const { subject, digest } = described.value as DescribedGreen;
  const votes = by.map((name) => ({ by: name, choice: 'approve', at: 1, digest }));
  return {
    target: { product: 'shop', environment: 'production', version, commit, previousVersion: undefined },
    approval: {
      gate,
      digest,
      subject,
      votes,
      startedBy: 'alice',
      branch: gate === 'green' ? branch : commit,
      ...change,
    },
  };
}

const deploy = (request: DeployRequest, tries = 1) =>
  world.attempt((activities) => activities.deploy(ref('green.deploy', tries), { ...request, green: true }))
    .outcome;
const activate = (request: DeployRequest) =>
  world.attempt((activities) => activities.activate(ref('green.promote'), request)).outcome;
const objections = async (request: DeployRequest) => (await deploy(request)).value?.void ?? [];
const serving = async () =>
  (
    await world.attempt(async (activities) =>
      activities.whatRuns(ref('look'), {
        environment: 'production',
      }),
    ).outcome
  ).value;

/** A commit of this run on its branch, made by an agent. */
async function fix(): Promise<string> {
  await world.ask(`echo '// more' >>server.mjs; ${says()}`);
  return commitOf(await world.commitChange());
}

describe('[BY-1] [BG-2] what may stand beside blue', () => {
  it('is the approved commit, and what this run committed on top of it; it takes no traffic before the second approval', async () => {
    expect(await deploy(await asked('green'))).toMatchObject({ ok: true });
    expect(await serving()).toBeNull();
    const commit = await fix();
    const green = await asked('green', commit);
    expect(await deploy(green, 2)).toMatchObject({ ok: true });
    // The first approval moves no traffic, not even to what it covers.
    expect((await activate(green)).value?.void).toContainEqual(expect.stringContaining('takes no traffic'));
    expect(await serving()).toBeNull();
    expect(await activate(await asked('production', commit))).toMatchObject({ ok: true });
    expect(await serving()).toMatchObject({ commit });
  });

  it('is nothing without an approval, or with that of another gate, or by others than the policy names', async () => {
    const { approval: _, ...without } = await asked('green');
    expect(await objections(without)).toEqual(['production of shop needs an approval, and none was brought']);
    expect(await objections(await asked('production'))).toContainEqual(
      expect.stringContaining('of gate production, not of green'),
    );
    expect(await objections(await asked('green', world.commit, { by: ['alice'] }))).toContainEqual(
      expect.stringContaining('alice may not approve it'),
    );
    expect(await objections(await asked('green', world.commit, { by: [] }))).toContainEqual(
      expect.stringContaining('1 more needed'),
    );
  });

  it('is no commit of somebody else’s, on the branch or off it', async () => {
    await fix();
    await world.sandbox.git(['fetch', '--quiet', 'origin', branch]);
    await world.sandbox.git(['checkout', '--quiet', '-B', 'mine', 'FETCH_HEAD']);
    await writeFile(join(world.sandbox.checkout, 'server.mjs'), 'mine');
    await world.sandbox.git(['commit', '--quiet', '-am', 'feat: mine']);
    const mine = await world.sandbox.git(['rev-parse', 'HEAD']);
    await world.sandbox.git(['push', '--quiet', 'origin', 'mine']);
    const off = await objections(await asked('green', mine));
    expect(off).toEqual([
      expect.stringContaining(`is not on the branch ${branch}`),
      expect.stringContaining('was not made by this run'),
    ]);
    await world.sandbox.git(['push', '--quiet', 'origin', `mine:${branch}`]);
    expect(await objections(await asked('green', mine))).toEqual([
      expect.stringContaining('was not made by this run, and nobody approved it'),
    ]);
  });

  it('is no commit that was not made from the approved one', async () => {
    const older = await world.sandbox.git(['rev-parse', 'main~1']);
    expect(await objections(await asked('green', older))).toContainEqual(
      expect.stringContaining('is not made from'),
    );
  });

  it('is not what is configured or migrated otherwise than people saw', async () => {
    const request = await asked('green');
    await world.configureGreen({ from: ['managers'], expires: '1d' });
    expect(await objections(request)).toEqual([expect.stringContaining('the configuration changed')]);
    await world.configureGreen();
    const { approval } = request;
    const subject = { ...approval.subject, migrations: [] };
    expect(await objections({ ...request, approval: { ...approval, subject } })).toEqual([
      expect.stringContaining('the migrations changed'),
    ]);
  });

  it('is nothing where deploying moves the traffic', async () => {
    await world.configure({
      staging: { url: 'http://127.0.0.1:1', script: { deploy: 'true', rollback: 'true' } },
      production: {
        url: 'http://127.0.0.1:1',
        script: { deploy: 'true', rollback: 'true' },
        approval: { from: ['managers'] },
      },
    });
    expect(await objections(await asked('green'))).toEqual([expect.stringContaining('no place beside')]);
  });
});

describe('[BY-1] [BG-7] what may take over', () => {
  it('is compared again when it does: the exact commit, and the configuration that people saw', async () => {
    await deploy(await asked('green'));
    const accepted = await asked('production');
    expect(
      (await activate({ ...accepted, approval: { ...accepted.approval, votes: [] } })).value?.void,
    ).toContainEqual(expect.stringContaining('1 more needed'));
    await world.configureGreen({ from: ['managers'], expires: '1d' });
    expect((await activate(accepted)).value?.void).toEqual([
      expect.stringContaining('the configuration changed'),
    ]);
    const shifted = await world.attempt((activities) =>
      activities.shift(ref('shift'), { ...accepted, weight: 100 }),
    ).outcome;
    expect(shifted.value?.void).toEqual([expect.stringContaining('the configuration changed')]);
    expect(await serving()).toBeNull();
  });

  it('without an approval, effects are as before: for flows that checked it when they deployed', async () => {
    await deploy(await asked('green'));
    const { approval: _, ...without } = await asked('production');
    expect(await activate(without)).toMatchObject({ ok: true });
  });
});

describe('[BG-1] the inputs', () => {
  const inputs = async (asks: { ref?: string } = {}) =>
    (await world.attempt((activities) => activities.checkInputs(ref('prepare.inputs'), asks)).outcome).value!;

  it('are listed where they are missing, all at once', async () => {
    expect((await inputs({ ref: 'nowhere' })).missing).toEqual([
      expect.stringMatching(/^code: .*nowhere/),
      expect.stringMatching(/^tests: /),
      expect.stringMatching(/^requirements: /),
      expect.stringMatching(/^infrastructure: /),
      expect.stringMatching(/^rollback plan: /),
      expect.stringMatching(/^review: /),
    ]);
  });

  const complete = {
    checks: { unit: 'true' },
    agents: { trio: { one: { command: 'true' } } },
    blueGreen: {
      requirements: 'docs/requirements.md',
      rollbackPlan: 'Dockerfile',
      infrastructure: ['Dockerfile'],
    },
  };
  const configureWith = (more: object) =>
    world.configure(
      {
        staging: { process: { start: 'exec node server.mjs', port: 40_000 } },
        production: {
          process: { start: 'exec node server.mjs', port: 40_001 },
          approval: { from: ['managers'] },
        },
      },
      { ...complete, ...more },
    );

  it('are complete where each is there and can be read', async () => {
    await configureWith({});
    expect(await inputs()).toEqual({
      commit: world.commit,
      version: `1.1.0-g${world.commit.slice(0, 8)}`,
      baseVersion: '1.1.0',
      missing: [],
    });
  });

  it('that are files are looked for at the commit', async () => {
    await configureWith({
      blueGreen: { requirements: 'empty.md', rollbackPlan: 'docs/plan.md', infrastructure: ['compose.yml'] },
    });
    expect((await inputs()).missing).toEqual([
      'requirements: empty.md is empty',
      expect.stringContaining('infrastructure: compose.yml is not there'),
      expect.stringContaining('rollback plan: docs/plan.md is not there'),
    ]);
  });
});
