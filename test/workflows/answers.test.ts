import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EffectOutcome } from '../../src/domain/run/effect-outcome.ts';
import { answerProblems } from '../../src/workflows/run/answers.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';

/** Answers may be anybody's who can write to the namespace: a run that trips over one would be wedged. */
let on: Flows;
beforeAll(async () => {
  on = await flows({ server: 'real' });
});
afterAll(() => on.close());

const is = (answer: unknown) => answer as EffectOutcome;

describe('an answer that is none', () => {
  it.each([
    ['a number', 7],
    ['a list', []],
    ['without a sentence', { ok: true }],
    ['a value of another kind', { ok: true, summary: 'done', value: { notes: 7 } }],
    ['no value where there has to be one', { ok: true, summary: 'done' }],
  ])('is a failure like any other, and tried again at a word: %s', async (_, answer) => {
    const world = on.world();
    world.at('prepare.release', is(answer));
    const flow = await on.start(world);
    const gate = await flow.gate('failed:prepare.release');
    expect(gate.statement).toContain('prepareRelease gave no answer to go on with: the answer');
    expect(world.tries('prepare.release')).toEqual([1]);
    await flow.say('answer', { by: 'alice', gate: 'failed:prepare.release', choice: 'retry' });
    await flow.gate('production');
    await flow.say('reject', { by: 'alice' });
    await flow.result();
    expect(await failedTasks(flow)).toEqual([]);
  });

  it('about what changes an environment leaves open whether it did: people look', async () => {
    const world = on.world();
    world.at('staging.deploy', is('deployed'));
    const flow = await on.start(world);
    await flow.gate('unknown:staging.deploy');
    await flow.say('answer', { by: 'alice', gate: 'unknown:staging.deploy', choice: 'done' });
    await flow.gate('production');
    // Done is done: it isn't carried out again.
    expect(world.tries('staging.deploy')).toEqual([1]);
    await flow.say('reject', { by: 'alice' });
    await flow.result();
    expect(await failedTasks(flow)).toEqual([]);
  });

  it('about the version ends the run before anything happens, with the reason', async () => {
    const world = on.world();
    world.at('readiness.source', is({ ok: true, summary: 's', value: { version: '9'.repeat(5_000) } }));
    const flow = await on.start(world);
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'blocked' });
    expect(result.blockers?.join()).toContain('checkReadiness gave no answer to go on with');
    expect(world.log.filter((line) => !line.startsWith('notify'))).toEqual([]);
    expect(await failedTasks(flow)).toEqual([]);
  });
});

describe('what an answer is judged by', () => {
  it('has a judgement of everything, for each activity', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('deploy', 'describeBundle', 'monitor', 'watchRollout', 'loadProduct', 'askAgent'),
        fc.jsonValue(),
        (name, value) => {
          expect(answerProblems(name, value)).not.toEqual([]);
        },
      ),
    );
  });
});
