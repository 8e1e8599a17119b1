import type { AgentAnswer } from '../../../src/domain/agents/answer.ts';
import { calledBy } from '../../../src/domain/agents/roles.ts';
import type { Activities } from '../../../src/activities/index.ts';
import { digestOf } from '../../../src/domain/text/digest.ts';
import type { EffectOutcome } from '../../../src/domain/run/effect-outcome.ts';
import { done } from './outcomes.ts';
import type { SimulatedWorld } from './world.ts';

type Own =
  | 'checkInputs'
  | 'describeGreen'
  | 'askAgent'
  | 'removeCheckouts'
  | 'commitChange'
  | 'checkGreen'
  | 'mergeGreen'
  | 'commitNotes';

/** What an agent says, as an outcome of its step. */
export function answer(more: Partial<AgentAnswer> = {}): EffectOutcome<AgentAnswer> {
  const value: AgentAnswer = { status: 'done', summary: 'did it', findings: [], artifacts: [], ...more };
  return { ok: value.status === 'done', summary: value.summary, value };
}

/** Effects that only a blue/green deployment has; agents are willing and able unless a test says otherwise. */
export function simulatedBlueGreen(world: SimulatedWorld): Pick<Activities, Own> {
  let fixes = 0;
  return {
    checkInputs: (ref, request) =>
      world.perform('checkInputs', ref, request, () => ({
        ok: true,
        summary: 'all inputs are there',
        value: { commit: world.main.commit, version: '1.1.0-gaaaaaaaa', baseVersion: '1.1.0', missing: [] },
      })),
    describeGreen: (ref, request) =>
      world.perform('describeGreen', ref, request, () => {
        const previous = world.running[request.environment] ?? null;
        const subject = world.subject(request.commit, request.commit);
        return {
          ok: true,
          summary: 'described',
          value: {
            subject,
            digest: digestOf({ ...request, previous, subject }),
            previous,
            base: previous?.commit ?? request.commit,
            newMigrations: [],
            changes: ['feat: a basket'],
            config: world.config,
          },
        };
      }),
    askAgent: (ref, question) =>
      world.perform('askAgent', ref, question, () => {
        const { skill } = question;
        const who = calledBy(question.who);
        world.log.push(`${skill} ${who}`);
        if (skill === 'consult') return answer({ text: `advice of ${who}` });
        if (skill === 'fix') return answer({ artifacts: ['src/app.js'], cost: 1 });
        return answer({ verdict: 'approve' });
      }),
    removeCheckouts: (ref) =>
      world.perform('removeCheckouts', ref, undefined, () => ({ ok: true, summary: 'removed' })),
    commitChange: (ref, request) =>
      world.perform('commitChange', ref, request, () => {
        fixes += 1;
        const commit = fixes.toString(16).padStart(40, 'f');
        world.branches.set(`blue-green/${ref.product}/${ref.run ?? ''}`, commit);
        world.log.push(`fix ${fixes} on ${request.commit.slice(-3)}`);
        return { ok: true, summary: 'committed', value: { commit, files: ['src/app.js'] } };
      }),
    checkGreen: (ref, request) =>
      world.perform('checkGreen', ref, request, () => ({
        ok: true,
        summary: '12 of 12 passed',
        value: { passed: 12, total: 12 },
      })),
    commitNotes: (ref, request) =>
      world.perform('commitNotes', ref, request, () => {
        world.log.push(`notes of ${request.version} committed`);
        return done('committed');
      }),
    mergeGreen: (ref, request) =>
      world.perform('mergeGreen', ref, request, () => {
        world.log.push(`merge ${request.commit.slice(-3)}`);
        return { ok: true, summary: 'merged; closes #7', value: { issues: [7] } };
      }),
  };
}
