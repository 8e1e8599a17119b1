import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { subjectOf } from '../../../src/domain/gates/bundle.ts';
import type { Approval } from '../../../src/domain/gates/approval.ts';
import type { DescribedBundle } from '../../../src/activities/gates/bundle.ts';
import type { DeployRequest } from '../../../src/activities/environments/deploy.ts';
import type { DecisionVerifier } from '../../../src/activities/ports/index.ts';
import { createActivityWorld, foreignCommit } from '../support.ts';
import type { ActivityWorld } from '../support.ts';

/** Proofs that the verifier of decisions does not take, by the name of who gave them. */
const unproved = new Map<string, string>();
const verified: unknown[] = [];
const verifier: DecisionVerifier = {
  verify: ({ by, proof }, about) => {
    verified.push({ by, proof, ...about });
    const reason = unproved.get(by);
    return Promise.resolve({ ok: reason === undefined, reason: reason ?? 'looked at' });
  },
};

const ref = (tries = 1) => world.ref('production.deploy', tries);
const branch = 'release/shop/v1.1.0';
let world: ActivityWorld;
let commit: string;
beforeEach(async () => {
  world = await createActivityWorld(verifier);
  commit = await world.sandbox.commit('feat: more', { 'b.txt': 'b' });
  await world.sandbox.git(['push', '--quiet', 'origin', `${commit}:refs/heads/${branch}`]);
});
afterEach(() => {
  unproved.clear();
  return world.end();
});

const script = {
  deploy: 'echo begin >>"$LOG"; until [ -e "$LOG.go" ]; do sleep 0.05; done',
  rollback: 'true',
};

async function configure(approval: object = { from: ['managers'] }): Promise<void> {
  const environment = {
    url: 'http://127.0.0.1:1',
    script: { ...script, deploy: { run: script.deploy, env: { LOG: log() } } },
  };
  await world.configure({ staging: environment, production: { ...environment, approval } });
}
const log = () => join(world.sandbox.root, 'log');
const letGo = () => writeFile(`${log()}.go`, '');
const begun = async () => (existsSync(log()) ? (await readFile(log(), 'utf8')).trim().split('\n').length : 0);

/** What the flow would ask for, after these people have approved the bundle as it is now. */
async function approved(by: readonly string[], change: Partial<Approval> = {}): Promise<DeployRequest> {
  const { outcome } = world.attempt((activities) =>
    activities.describeBundle(ref(), {
      environment: 'production',
      version: '1.1.0',
      branch,
      bump: 'minor',
      changes: [],
      concerns: [],
    }),
  );
  const { bundle, digest } = (await outcome).value as DescribedBundle;
  const target = {
    product: 'shop',
    environment: 'production',
    version: '1.1.0',
    commit,
    previousVersion: bundle.previousVersion ?? undefined,
  };
  const votes = by.map((name) => ({ by: name, choice: 'approve', at: 1, digest }));
  const approval = {
    gate: 'production',
    digest,
    branch,
    startedBy: 'alice',
    subject: subjectOf(bundle),
    votes,
    ...change,
  };
  return { target, approval };
}

const deploy = (asked: DeployRequest, info = {}) =>
  world.attempt((activities) => activities.deploy(ref(), asked), info);

describe('[BY-1] [RW-8] the worker that deploys to production', () => {
  const objections = async (asked: DeployRequest) => {
    const { ok, value } = await deploy(asked).outcome;
    expect(ok).toBe(false);
    expect(await begun()).toBe(0);
    return value?.void ?? [];
  };

  it('deploys what enough people have approved', async () => {
    await configure({ from: ['managers'], quorum: 2 });
    await letGo();
    expect(await deploy(await approved(['bob', 'carol'])).outcome).toMatchObject({ ok: true });
    expect(await begun()).toBe(1);
  });

  it('takes no deployment without an approval', async () => {
    await configure();
    const { approval: _, ...asked } = await approved(['bob']);
    expect(await objections(asked)).toEqual(['production of shop needs an approval, and none was brought']);
  });

  it('lets staging pass without one', async () => {
    await configure();
    await letGo();
    const { approval: _, ...asked } = await approved(['bob']);
    const target = { ...asked.target, environment: 'staging' };
    expect(await deploy({ ...asked, target }).outcome).toMatchObject({ ok: true });
  });

  it.each<[string, readonly string[], RegExp]>([
    ['nobody', [], /it is not approved: 1 more needed/],
    ['a stranger', ['mallory'], /mallory may not approve it \(bob, carol may\)/],
    ['the one who started it', ['alice'], /alice may not approve it/],
  ])('takes no approval by %s', async (_, by, reason) => {
    await configure();
    expect(await objections(await approved(by))).toContainEqual(expect.stringMatching(reason));
  });

  it('takes no approval by the one who started it in another spelling of the name', async () => {
    await configure();
    for (const startedBy of ['Alice', ' ALICE ', 'al\u200bice'])
      expect(await objections(await approved(['alice'], { startedBy }))).toEqual([
        'alice may not approve it (bob, carol may)',
        'it is not approved: 1 more needed',
      ]);
  });

  it('counts nobody twice by another spelling of the name', async () => {
    await configure({ from: ['bob', 'Bob'], quorum: 2 });
    expect(await objections(await approved(['bob', 'Bob']))).toEqual([
      'Bob may not approve it (bob may)',
      'it is not approved: 1 more needed',
    ]);
  });

  it('counts nobody twice', async () => {
    await configure({ from: ['managers'], quorum: 2 });
    expect(await objections(await approved(['bob', 'bob']))).toEqual(['it is not approved: 1 more needed']);
  });

  it('takes no rejection and no vote on something else for an approval', async () => {
    await configure();
    const asked = await approved(['bob']);
    const [vote] = asked.approval?.votes ?? [];
    const voted = (change: object) =>
      objections({ ...asked, approval: { ...asked.approval!, votes: [{ ...vote!, ...change }] } });
    expect(await voted({ choice: 'reject' })).toEqual(['it is not approved: reject by bob']);
    expect(await voted({ digest: 'other' })).toContain('bob approved another bundle');
  });

  it('takes no approval that its verifier does not find proved, however many others are', async () => {
    await configure();
    const asked = await approved(['bob', 'carol']);
    unproved.set('bob', 'its code was used before');
    expect(await objections(asked)).toEqual(['the approval by bob is not proved: its code was used before']);
    unproved.set('carol', 'it has no code');
    expect(await objections(asked)).toEqual([
      'the approval by bob is not proved: its code was used before',
      'the approval by carol is not proved: it has no code',
    ]);
    unproved.clear();
    await letGo();
    expect(await deploy(asked).outcome).toMatchObject({ ok: true });
  });

  it('has each vote verified for what it decided', async () => {
    await configure();
    await letGo();
    const asked = await approved(['bob']);
    const { digest, votes } = asked.approval!;
    verified.length = 0;
    const proof = { totp: '123456' };
    const proved = { ...asked, approval: { ...asked.approval!, votes: [{ ...votes[0]!, proof }] } };
    expect(await deploy(proved).outcome).toMatchObject({ ok: true });
    expect(verified).toEqual([
      { by: 'bob', proof, run: expect.any(String) as string, gate: 'production', digest },
    ]);
  });

  it('takes no other commit than the one that was approved', async () => {
    await configure();
    const asked = await approved(['bob']);
    const other = await world.sandbox.commit('feat: other', { 'c.txt': 'c' });
    expect(await objections({ ...asked, target: { ...asked.target, commit: other } })).toEqual([
      `${other.slice(0, 10)} would be deployed, and ${commit.slice(0, 10)} was approved`,
    ]);
  });

  it('takes what main has dropped since only where people have seen that', async () => {
    await configure();
    const lost = await world.sandbox.commit('feat: lost', { 'lost.txt': 'l' });
    const candidate = {
      product: 'shop',
      version: '1.1.0',
      base: lost,
      previousTag: null,
      date: '2026-01-01T00:00:00Z',
    };
    await world.sandbox.git(['push', '--quiet', 'origin', `:refs/heads/${branch}`]);
    const made = await world.attempt((activities) => activities.createReleaseBranch(ref(), candidate))
      .outcome;
    commit = made.value?.commit ?? '';
    const before = await approved(['bob']);
    await world.sandbox.git(['reset', '--quiet', '--hard', `${lost}^`]);
    await world.sandbox.git(['push', '--quiet', '--force', 'origin', 'main']);
    expect(await objections(before)).toEqual([`main was rewritten and no longer has ${lost.slice(0, 10)}`]);
    await letGo();
    expect(await deploy(await approved(['bob'])).outcome).toMatchObject({ ok: true });
  });

  it('goes by no older configuration of the product than the one that was approved', async () => {
    await configure({ from: ['bob'] });
    const old = ref();
    await world.attempt((activities) => activities.loadProduct('shop')).outcome;
    await configure();
    const asked = await approved(['bob']);
    const { value } = await world.attempt((activities) => activities.deploy(old, asked)).outcome;
    expect(value?.void).toEqual([
      `it would go by the configuration ${old.configuration.slice(0, 12)}, and not by ${ref().configuration.slice(0, 12)}, which was approved`,
    ]);
    expect(await begun()).toBe(0);
  });

  it('objects where the branch is gone', async () => {
    await configure();
    const asked = await approved(['bob']);
    await world.sandbox.git(['push', '--quiet', 'origin', `:refs/heads/${branch}`]);
    expect(await objections(asked)).toEqual([
      expect.stringContaining(`no branch, tag or commit '${branch}'`),
    ]);
  });

  it('objects where the configuration can no longer be read', async () => {
    await configure();
    const asked = await approved(['bob']);
    await writeFile(join(world.sandbox.root, 'sluice.yaml'), 'product: [');
    expect(await objections(asked)).toEqual([expect.stringContaining("can't be read")]);
  });

  it('[RW-15] objects where production was changed meanwhile: a rollback would go to the wrong version', async () => {
    await configure();
    const asked = await approved(['bob']);
    const home = join(world.data, 'environments', 'shop', 'production');
    await mkdir(home, { recursive: true });
    await writeFile(
      join(home, 'script.json'),
      JSON.stringify({ current: { version: '1.0.5', commit: 'c0ffee' } }),
    );
    expect(await objections(asked)).toEqual([
      expect.stringContaining('production runs 1.0.5 now, not nothing'),
    ]);
    // What is there already was deployed by an earlier try.
    await writeFile(join(home, 'script.json'), JSON.stringify({ current: { version: '1.1.0', commit } }));
    await letGo();
    expect(await deploy(asked).outcome).toMatchObject({ ok: true });
  });
});

describe('[PL-1] a deployment that an earlier attempt has begun', () => {
  it('is finished, and not declared void, though what was approved has changed meanwhile', async () => {
    await configure();
    const asked = await approved(['bob']);
    const step = ref();
    const first = world.attempt((activities) => activities.deploy(step, asked));
    await vi.waitFor(async () => expect(await begun()).toBe(1), { timeout: 20_000 });
    await vi.waitFor(() =>
      expect(first.beaten.at(-1)).toMatchObject({ began: true, host: expect.any(String) as string }),
    );
    expect(first.beaten[0]).toEqual({ began: true });
    first.cancel('WORKER_SHUTDOWN');
    await expect(first.outcome).rejects.toThrow('WORKER_SHUTDOWN');

    await configure({ from: ['bob'], quorum: 1, expires: '1d' });
    const second = world.attempt((activities) => activities.deploy(step, asked), {
      attempt: 2,
      heartbeatDetails: first.beaten.at(-1),
    });
    await letGo();
    expect(await second.outcome).toMatchObject({
      ok: true,
      summary: expect.stringContaining('begun by an earlier attempt') as string,
    });
    expect(await begun()).toBe(1);
    // A new try is a new beginning.
    const again = await world.attempt((activities) => activities.deploy(ref(2), asked)).outcome;
    expect(again.value?.void).toContainEqual(expect.stringContaining('the configuration changed'));
  });

  it('is one that this worker has begun: anybody may beat that it was', async () => {
    await configure();
    const { approval: _, ...asked } = await approved(['bob']);
    const forged = deploy(asked, { attempt: 2, heartbeatDetails: { began: true } });
    expect((await forged.outcome).value?.void).toEqual([
      'production of shop needs an approval, and none was brought',
    ]);
    expect(await begun()).toBe(0);
  });

  it('is over once it has ended: the same asked for again is compared again', async () => {
    await configure();
    await letGo();
    const asked = await approved(['bob']);
    const step = ref();
    const again = { attempt: 2, heartbeatDetails: { began: true } };
    const attempt = (info = {}) =>
      world.attempt((activities) => activities.deploy(step, asked), info).outcome;
    expect(await attempt()).toMatchObject({ ok: true });
    await configure({ from: ['bob'], quorum: 1, expires: '1d' });
    expect((await attempt(again)).value?.void).toContainEqual(
      expect.stringContaining('the configuration changed'),
    );
  });
});

describe('a rollback', () => {
  const back = (version: string, to: string) =>
    world.attempt((activities) =>
      activities.rollBack(ref(), {
        target: target(),
        to: { version, commit: to },
      }),
    ).outcome;
  const target = () => ({
    product: 'shop',
    environment: 'production',
    version: '1.1.0',
    commit,
    previousVersion: undefined,
  });
  it('takes nothing to production that never ran there under an approval, and was not released', async () => {
    await configure();
    const strange = await foreignCommit(world.sandbox);
    expect(await back('1.0.0', strange)).toEqual(
      expect.objectContaining({
        ok: false,
        summary: expect.stringContaining('never ran in production under an approval') as string,
      }),
    );
    expect(await back('1.0.0', '')).toMatchObject({ ok: false });
  });

  it('goes to what was released, and to what was approved to be there', async () => {
    await configure();
    await letGo();
    const first = await world.sandbox.git(['rev-parse', 'main~1']);
    expect(await back('1.0.0', first)).toMatchObject({ ok: true });
    const fixed = await foreignCommit(world.sandbox);
    await world.sandbox.git(['push', '--quiet', '--force', 'origin', `${fixed}:refs/heads/${branch}`]);
    const asked = await approved(['bob']);
    const target = { ...asked.target, commit: fixed };
    expect(await deploy({ ...asked, target }).outcome).toMatchObject({ ok: true });
    expect(await back('1.0.0', first)).toMatchObject({ ok: true });
    await world.sandbox.git(['push', '--quiet', 'origin', `:refs/heads/${branch}`]);
    expect(await back('1.1.0', fixed)).toMatchObject({ ok: true });
  });

  it('goes where it likes in an environment without approvals', async () => {
    await configure();
    const to = { version: '0.1.0', commit: await foreignCommit(world.sandbox) };
    const { outcome } = world.attempt((activities) =>
      activities.rollBack(ref(), { target: { ...target(), environment: 'staging' }, to }),
    );
    expect(await outcome).toMatchObject({ ok: true });
  });
});

describe('what a person has to mend on the host', () => {
  it('is told at once, and not tried again and again', async () => {
    await configure();
    const asked = await approved(['bob']);
    const home = join(world.data, 'environments', 'shop', 'production');
    await mkdir(home, { recursive: true });
    await letGo();
    for (const damaged of ['{', '{"current":7}']) {
      await writeFile(join(home, 'script.json'), damaged);
      expect(
        await world.attempt((activities) => activities.rollBack(ref(), { target: asked.target, to: null }))
          .outcome,
      ).toEqual(expect.objectContaining({ ok: true }));
      await writeFile(join(home, 'script.json'), damaged);
      expect(await deploy(asked).outcome).toMatchObject({
        ok: false,
        summary: expect.stringContaining('script.json is damaged') as string,
      });
    }
  });
});

describe('a backup by a command of the user’s', () => {
  it('[RW-6] lies where nobody else may read it, whatever the umask', async () => {
    const database = { backup: 'umask 0; echo data >"$SLUICE_BACKUP"', migrate: 'true' };
    await world.configure({
      staging: { url: 'http://127.0.0.1:1', script },
      production: { url: 'http://127.0.0.1:1', script, database, approval: { from: ['managers'] } },
    });
    const target = {
      product: 'shop',
      environment: 'production',
      version: '1.1.0',
      commit,
      previousVersion: undefined,
    };
    const asked = { target, backup: 'one' };
    await mkdir(join(world.data, 'backups'), { mode: 0o755 });
    expect(
      await world.attempt((activities) => activities.database(ref(), 'backup', asked)).outcome,
    ).toMatchObject({
      ok: true,
    });
    for (const directory of ['backups', 'backups/shop', 'backups/shop/production'])
      expect((await stat(join(world.data, directory))).mode & 0o077, directory).toBe(0);
  });
});
