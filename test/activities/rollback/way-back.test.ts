import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld, writtenDeployment } from '../support.ts';

let world: ActivityWorld;
/** Each deployment is an effect of its own. */
let deployments = 0;
beforeEach(async () => {
  world = await createActivityWorld();
  const environment = {
    url: 'http://127.0.0.1:1',
    script: { deploy: 'true', rollback: 'true' },
    database: {
      backup: 'true',
      migrate: { run: 'true', idempotent: true },
      migrations: 'migrations/*.sql',
      undo: 'true',
      undoSafe: ['migrations/*-safe.sql'],
      restoreOnRollback: 'never',
    },
  };
  await world.configure({
    staging: environment,
    production: { ...environment, approval: { from: ['managers'] } },
  });
});
afterEach(() => world.end());

const wayBack = (version: string) =>
  world.attempt((activities) =>
    activities.findWayBack(world.ref('decide.find'), { environment: 'staging', version }),
  ).outcome;

async function commit(message: string, files: Record<string, string>, tag?: string): Promise<string> {
  const made = await world.sandbox.commit(message, files);
  if (tag) {
    await world.sandbox.git(['tag', tag]);
    await world.sandbox.git(['push', '--quiet', 'origin', tag]);
  }
  return made;
}

/** It ran here, and the deployment history says how that went. */
async function deployed(version: string, sha: string, status = 'Success'): Promise<void> {
  await runs(version, sha);
  await written(version, status);
}

async function runs(version: string, sha: string): Promise<void> {
  const target = {
    product: 'shop',
    environment: 'staging',
    version,
    commit: sha,
    previousVersion: undefined,
  };
  const { outcome } = world.attempt((activities) =>
    activities.deploy(world.ref('staging.deploy', (deployments += 1)), { target }),
  );
  expect(await outcome).toMatchObject({ ok: true });
}

const written = (version: string, status: string) =>
  writtenDeployment(world, { version, status, environment: 'staging', at: new Date().toISOString() });

describe('the way back', () => {
  it('[SI-11] [DW-9] is to the tag of the version that held before, with the migrations between them', async () => {
    const first = await commit('feat: first', {}, 'v1.0.0');
    await deployed('1.0.0', first);
    const second = await commit(
      'feat: second',
      { 'migrations/1-safe.sql': '', 'migrations/2.sql': '' },
      'v1.1.0',
    );
    await deployed('1.1.0', second);
    expect((await wayBack('previous')).value).toEqual({
      current: { version: '1.1.0', commit: second },
      to: { version: '1.0.0', commit: first },
      migrations: ['migrations/1-safe.sql', 'migrations/2.sql'],
      unsafe: ['migrations/2.sql'],
    });
    expect((await wayBack('v1.0.0')).value?.to.commit).toBe(first);
  });

  it('[SI-11] is refused to a version that never was before a run is started', async () => {
    const first = await commit('feat: first', {}, 'v1.0.0');
    await deployed('1.0.0', first);
    const second = await commit('feat: second', {}, 'v1.1.0');
    await deployed('1.1.0', second);
    for (const version of ['9.9.9', 'v9.9.9', 'nonsense', '1.1.0']) {
      const input = { product: 'shop', environment: 'staging', version };
      const { outcome } = world.attempt((activities) =>
        activities.inquire({ kind: 'preview', flow: 'rollback', input }),
      );
      const answer = await outcome;
      // What is missing keeps a start from beginning anything (test/client/starting.test.ts).
      const missing = answer.kind === 'preview' && answer.ok ? answer.preview.missing : [];
      expect(missing).toEqual([
        version === '1.1.0'
          ? 'staging runs v1.1.0 already'
          : expect.stringContaining('a rollback goes to a version that was released'),
      ]);
    }
  });

  it('[SI-11] is to a version that took over by blue/green as well, which has no tag', async () => {
    const first = await commit('feat: first', {});
    const green = `1.0.0-g${first.slice(0, 8)}`;
    await deployed(green, first);
    const second = await commit('feat: second', {}, 'v1.1.0');
    await deployed('1.1.0', second);
    expect((await wayBack('previous')).value?.to).toEqual({ version: green, commit: first });
    expect((await wayBack(green)).value?.to).toEqual({ version: green, commit: first });
  });

  it('[SI-11] is never to a commit that only says of itself that it was promoted', async () => {
    const first = await commit('feat: first', {}, 'v1.0.0');
    await deployed('1.0.0', first);
    const other = await commit('feat: other', {});
    const green = `1.0.0-g${other.slice(0, 8)}`;
    expect(await wayBack(green)).toMatchObject({
      ok: false,
      summary: expect.stringContaining('was promoted') as string,
    });
    await deployed(green, other, 'Not promoted');
    const second = await commit('feat: second', {}, 'v1.1.0');
    await deployed('1.1.0', second);
    expect(await wayBack(green)).toMatchObject({ ok: false });
    // A branch of that name is not the commit.
    await world.sandbox.git(['push', '--quiet', 'origin', `${second}:refs/heads/${first.slice(0, 8)}`]);
    const promoted = `1.0.0-g${first.slice(0, 8)}`;
    await deployed(promoted, first);
    await deployed('1.1.0', second);
    expect(await wayBack(promoted)).toMatchObject({ ok: false });
  });

  it('[SI-11] is never to a version that was itself taken back since it was released', async () => {
    const first = await commit('feat: first', {}, 'v1.0.0');
    await deployed('1.0.0', first);
    const second = await commit('feat: second', {}, 'v1.1.0');
    await deployed('1.1.0', second);
    const third = await commit('feat: third', {}, 'v1.2.0');
    await deployed('1.2.0', third);
    await runs('1.1.0', second);
    await written('1.2.0', 'Rolled back');
    // Still not well: one further back, and not to what was taken back just now.
    expect((await wayBack('previous')).value?.to.version).toBe('1.0.0');
    await runs('1.0.0', first);
    await written('1.1.0', 'Rolled back');
    expect(await wayBack('previous')).toMatchObject({
      ok: false,
      summary: expect.stringContaining('no version before v1.0.0') as string,
    });
    await deployed('1.3.0', await commit('feat: fourth', {}, 'v1.3.0'));
    expect((await wayBack('previous')).value?.to.version).toBe('1.0.0');
    // Whoever names it, wants it.
    expect((await wayBack('1.2.0')).value?.to.version).toBe('1.2.0');
  });

  it.each([
    ['previous', /no version before v1.0.0/],
    ['1.0.0', /runs v1.0.0 already/],
    ['0.9.0', /no tag v0.9.0/],
  ])('[SI-11] to %s is refused with a reason where there is none', async (version, reason) => {
    await deployed('1.0.0', await commit('feat: first', {}, 'v1.0.0'));
    const found = await wayBack(version);
    expect(found.ok).toBe(false);
    expect(found.summary).toMatch(reason);
  });
});
