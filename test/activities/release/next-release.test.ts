import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { subjectOf } from '../../../src/domain/gates/bundle.ts';
import type { Readiness } from '../../../src/activities/release/readiness.ts';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld, stagingAndProduction, writtenDeployment } from '../support.ts';

let world: ActivityWorld;
let released: string;
beforeEach(async () => {
  world = await createActivityWorld();
  await world.configure(stagingAndProduction);
  await world.sandbox.commit('docs: changelog', { 'CHANGELOG.md': '# Changelog\n\n## [1.0.0]\n' });
  await world.sandbox.git(['tag', 'v1.0.0']);
  await world.sandbox.git(['push', '--quiet', 'origin', 'v1.0.0']);
  released = await world.sandbox.commit('feat: totals', { 'totals.txt': 't' });
});
afterEach(() => world.end());

const ready = async (wish = {}): Promise<Readiness> => {
  const { outcome } = world.attempt((activities) =>
    activities.checkReadiness(world.ref('readiness.source'), wish),
  );
  const { value } = await outcome;
  if (!value) throw new Error((await outcome).summary);
  return value;
};
const preview = () =>
  world.attempt((activities) =>
    activities.inquire({ kind: 'preview', flow: 'release', input: { product: 'shop' } }),
  ).outcome;
/** Approved and deployed from main, and nothing more: as where a release ended before its tag. */
async function toProduction(version: string, commit: string): Promise<void> {
  const ref = world.ref('production.deploy');
  const request = { environment: 'production', version, branch: 'main', changes: [], concerns: [] };
  const described = await world.attempt((activities) => activities.describeBundle(ref, request)).outcome;
  if (!described.value) throw new Error(described.summary);
  const { bundle, digest } = described.value;
  const approval = {
    gate: 'production',
    digest,
    branch: 'main',
    startedBy: 'alice',
    subject: subjectOf(bundle),
    votes: [{ by: 'bob', choice: 'approve', at: 1, digest }],
  };
  const target = { product: 'shop', environment: 'production', version, commit, previousVersion: undefined };
  const deployed = world.attempt((activities) => activities.deploy(ref, { target, approval })).outcome;
  expect(await deployed).toMatchObject({ ok: true });
}
const written = (version: string, status: string, environment = 'production') =>
  writtenDeployment(world, { version, status, environment, at: '2026-03-01T10:00:00.000Z' });

describe('[RW-4] a version that was never tagged', () => {
  it('and runs in production is not given to another commit, and how it is tagged is said', async () => {
    await toProduction('1.1.0', released);
    await world.sandbox.commit('feat: more', { 'more.txt': 'm' });
    const short = released.slice(0, 10);
    const blocker = `v1.1.0 runs in production already, made from ${short}, and has no tag: let the run that put it there finish, tag it (git tag v1.1.0 ${short} && git push origin v1.1.0), or ask for a higher version.`;
    expect(await ready()).toMatchObject({ version: '', blockers: [blocker] });
    expect(await preview()).toMatchObject({ ok: false, problems: [blocker] });
    expect(await ready({ version: '1.2.0' })).toMatchObject({ version: '1.2.0', blockers: [] });
    await world.sandbox.git(['push', '--quiet', 'origin', `${released}:refs/tags/v1.1.0`]);
    expect(await ready()).toMatchObject({ version: '1.2.0', previousTag: 'v1.1.0' });
  });

  it('and was released by the record is not either, though production runs another one by now', async () => {
    await written('1.1.0', 'Success');
    expect((await ready()).blockers).toEqual([
      'v1.1.0 was brought to production on 2026-03-01 by release/shop/1, and has no tag: tag what it was made from as v1.1.0, or ask for a higher version.',
    ]);
  });

  it.each([
    ['was rolled back before it held', '1.1.0', 'Rolled back', 'production'],
    ['is another one', '1.0.9', 'Success', 'production'],
    ['only got to staging', '1.1.0', 'Success', 'staging'],
  ])('and %s stands in nobody’s way', async (_, version, status, environment) => {
    await written(version, status, environment);
    expect(await ready()).toMatchObject({ version: '1.1.0', blockers: [] });
  });
});
