import type { Activities } from '../../../src/activities/index.ts';
import type { Readiness } from '../../../src/activities/release/readiness.ts';
import { assessRisk, bundleDigest } from '../../../src/domain/gates/bundle.ts';
import { done, fails } from './outcomes.ts';
import type { SimulatedWorld } from './world.ts';

type Own =
  | 'checkReadiness'
  | 'headOfMain'
  | 'runCheck'
  | 'prepareRelease'
  | 'createReleaseBranch'
  | 'describeBundle'
  | 'mergeToMain'
  | 'tagRelease'
  | 'lookAtRelease'
  | 'deleteReleaseBranch'
  | 'publishRelease';

/** The repository, its checks and the code host. */
export function simulatedRelease(world: SimulatedWorld): Pick<Activities, Own> {
  return {
    checkReadiness: (ref, request) =>
      world.perform('checkReadiness', ref, request, () => {
        const readiness: Readiness = {
          commit: world.main.commit,
          version: request.version ?? '1.1.0',
          previousTag: 'v1.0.0',
          bump: 'minor',
          prerelease: false,
          reasons: ['a feature'],
          changes: ['feat: a basket', 'fix: a price'],
          blockers: [],
          concerns: [],
          ...world.readiness,
        };
        return { ok: readiness.blockers.length === 0, summary: 'looked at main', value: readiness };
      }),
    headOfMain: (product) => Promise.resolve({ ...world.main, product }),
    runCheck: (ref, request) =>
      world.perform('runCheck', ref, request, () => done('12 of 12 passed', { passed: 12, total: 12 })),
    prepareRelease: (ref, candidate) =>
      world.perform('prepareRelease', ref, candidate, () =>
        done('notes written', {
          notes: `# Shop v${candidate.version}\n\n## New Features\n\n- a basket`,
          changes: world.readiness.changes ?? ['feat: a basket', 'fix: a price'],
          concerns: [],
        }),
      ),
    createReleaseBranch: (ref, candidate, notes) =>
      world.perform('createReleaseBranch', ref, candidate, () => {
        world.committedNotes.push(notes);
        const branch = `release/${world.product}/v${candidate.version}`;
        const commit = `c${candidate.base.slice(1)}`;
        world.branches.set(branch, commit);
        world.made.set(branch, commit);
        world.log.push(`branch ${branch}`);
        return done(branch, { branch, commit });
      }),
    describeBundle: (ref, request) =>
      world.perform('describeBundle', ref, request, () => {
        const running = world.running['production'];
        const bundle = {
          product: world.product,
          environment: 'production',
          version: request.version,
          previousVersion: running?.version ?? null,
          scope: request.changes,
          successCriteria: ['healthy at /health'],
          risk: assessRisk({
            breaking: request.bump === 'major' ? 1 : 0,
            migrations: [],
            changes: request.changes.length,
            concerns: request.concerns,
            firstRelease: !running,
          }),
          rollbackPlan: ['traffic goes back'],
          ...world.subject(request.branch, world.made.get(request.branch) ?? ''),
        };
        return done('described', {
          bundle,
          digest: bundleDigest(bundle),
          previous: running ?? null,
          newMigrations: [],
          config: world.config,
        });
      }),
    mergeToMain: (ref, released) =>
      world.perform('mergeToMain', ref, released, () => {
        world.log.push(`merge ${released.branch}`);
        return done('merged');
      }),
    tagRelease: (ref, released) =>
      world.perform('tagRelease', ref, released, () => {
        world.log.push(`tag v${released.version} ${released.commit.slice(-3)}`);
        return done('tagged');
      }),
    lookAtRelease: (ref, request) =>
      world.perform('lookAtRelease', ref, request, () => {
        const { version, branch } = request.released;
        const did = request.part === 'merge' ? `merge ${branch}` : `tag v${version}`;
        return world.log.some((line) => line.startsWith(did))
          ? done(`there is ${did}`)
          : fails(`there is no ${did}`);
      }),
    deleteReleaseBranch: (ref, released) =>
      world.perform('deleteReleaseBranch', ref, released, () => {
        // As the real one does: what somebody pushed since is not ours to delete.
        if (world.branches.get(released.branch) !== released.commit) return done('left');
        world.branches.delete(released.branch);
        world.log.push(`delete ${released.branch}`);
        return done('deleted');
      }),
    publishRelease: (ref, request) =>
      world.perform('publishRelease', ref, request, () => {
        world.log.push(`publish v${request.version}`);
        return done('published', { url: 'https://example.org/releases/1' });
      }),
  };
}
