import type { Activities } from '../../../src/activities/index.ts';
import { changedSince } from '../../../src/domain/gates/bundle.ts';
import { done, fails } from './outcomes.ts';
import type { SimulatedWorld } from './world.ts';

type Own =
  | 'deploy'
  | 'shift'
  | 'activate'
  | 'rollBack'
  | 'retire'
  | 'verifyHealth'
  | 'database'
  | 'whatRuns'
  | 'findReleased'
  | 'findWayBack';

/** What runs where. */
export function simulatedEnvironments(world: SimulatedWorld): Pick<Activities, Own> {
  return {
    deploy: (ref, request) =>
      world.perform('deploy', ref, request, () => {
        const { approval, target } = request;
        // Green may be another commit than the approved one, where the run made it.
        const { commit = '' } = approval?.subject ?? {};
        const now = world.subject(request.green ? commit : (approval?.branch ?? ''), commit);
        const objections = approval ? changedSince(approval.subject, now) : [];
        if (objections.length > 0)
          return { ok: false, summary: 'not approved as it is now', value: { void: objections } };
        world.log.push(`deploy ${target.environment} v${target.version} ${target.commit.slice(-3)}`);
        return done('deployed', {});
      }),
    shift: (ref, request) =>
      world.perform('shift', ref, request, () => {
        world.log.push(`${request.target.environment} gives v${request.target.version} ${request.weight} %`);
        return done(`${request.weight} %`);
      }),
    activate: (ref, request) =>
      world.perform('activate', ref, request, () => {
        const { environment, version, commit } = request.target;
        const { approval } = request;
        const objections = approval
          ? changedSince(approval.subject, world.subject(approval.branch, approval.subject.commit))
          : [];
        if (objections.length > 0)
          return { ok: false, summary: 'not approved as it is now', value: { void: objections } };
        world.running[environment] = { version, commit };
        world.log.push(`activate ${environment} v${version}`);
        return done('traffic moved');
      }),
    rollBack: (ref, request) =>
      world.perform('rollBack', ref, request, () => {
        world.running[request.target.environment] = request.to ?? undefined;
        world.log.push(`roll back ${request.target.environment} to ${request.to?.version ?? 'nothing'}`);
        return done('rolled back');
      }),
    retire: (ref, request) =>
      world.perform('retire', ref, request, () => done('stopped the previous version')),
    verifyHealth: (ref, request) =>
      world.perform('verifyHealth', ref, request, () => {
        const serves = world.running[request.target.environment]?.version;
        if (request.at === 'public' && serves !== request.target.version)
          return fails(`serves ${serves ?? 'nothing'}`);
        return done('healthy: 2 good answers in a row');
      }),
    database: (ref, action, request) =>
      world.perform('database', ref, { action, ...request }, () => {
        world.log.push(`${action} ${request.target.environment}`);
        return done(`${action} done`);
      }),
    whatRuns: (ref, request) =>
      world.perform('whatRuns', ref, request, () => {
        const running = world.running[request.environment];
        return done(`runs ${running?.version ?? 'nothing'}`, running ?? null);
      }),
    findReleased: (ref, request) =>
      world.perform('findReleased', ref, request, () => {
        const version = request.version ?? '1.1.0';
        const commit = world.main.commit;
        world.branches.set(`v${version}`, commit);
        return done(`v${version}`, {
          candidate: {
            product: world.product,
            version,
            base: commit,
            previousTag: 'v1.0.0',
            date: request.date,
          },
          tag: `v${version}`,
          commit,
          changes: ['feat: a basket'],
        });
      }),
    findWayBack: (ref, request) =>
      world.perform('findWayBack', ref, request, () => {
        const current = world.running[request.environment];
        if (!current) return { ok: false, summary: `${request.environment} runs nothing` };
        const to = {
          version: request.version === 'previous' ? '0.9.0' : request.version,
          commit: '9'.repeat(40),
        };
        return done('found', { current, to, ...world.between });
      }),
  };
}
