import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentQuestion } from '../../src/activities/agents/ask.ts';
import { digestOf } from '../../src/domain/text/digest.ts';
import { asked as gatesOf } from './support/asked.ts';
import { withBlueGreen } from './support/blue-green-product.ts';
import type { Flow, Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import { answer } from '../support/simulated/blue-green.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';
import { fails } from '../support/simulated/outcomes.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

/** By signal: the test server loses updates that come while an activity ends. */
async function approve(flow: Flow, gate: 'green' | 'production'): Promise<void> {
  await flow.gate(gate);
  await flow.handle.signal('approve', { by: 'alice', gate });
}
async function both(flow: Flow): Promise<void> {
  await approve(flow, 'green');
  await approve(flow, 'production');
}
const asked = ({ calls }: SimulatedWorld, skill: AgentQuestion['skill']): AgentQuestion[] =>
  calls
    .filter(({ effect }) => effect === 'askAgent')
    .map(({ request }) => request as AgentQuestion)
    .filter((question) => question.skill === skill);
const did = ({ calls }: SimulatedWorld, effect: string): number =>
  calls.filter((call) => call.effect === effect).length;
const finding = (severity: 'critical' | 'high' | 'low', title: string) => ({ severity, title, detail: '' });

describe('the way through', () => {
  it('[BG-1] [BG-2] [BG-4] [BG-7] [BG-10] a good version is put beside blue, tested, reviewed, accepted, and takes over', async () => {
    const world = on.world(withBlueGreen());
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    const gate = await flow.gate('production');
    expect(gate.details).toContain('passed: unit: 12 of 12 passed');
    expect(world.running['production']?.version).toBe('1.0.0');
    await flow.handle.signal('approve', { by: 'bob', gate: 'production' });
    const result = await flow.result();
    expect(result).toMatchObject({
      flow: 'blueGreen',
      outcome: 'succeeded',
      version: '1.1.0-gaaaaaaaa',
      measures: { fixes: 0, fixLoopRounds: 1, reviewRounds: 1, reviewOutcome: 'consensus' },
    });
    expect(result.measures?.['durationMs']).toBeGreaterThanOrEqual(0);
    const log = world.log.filter((line) => !line.startsWith('notify'));
    // They review at the same time.
    expect(log.splice(1, 2).sort()).toEqual(['review trio correctness', 'review trio security']);
    expect(log).toEqual([
      'deploy production v1.1.0-gaaaaaaaa aaa',
      'synthesize senior',
      'review junior first',
      'activate production v1.1.0-gaaaaaaaa',
      'watched',
      'production gives v1.1.0-gaaaaaaaa 100 %',
      'merge aaa',
      'document deployment-notes',
      'notes of 1.1.0-gaaaaaaaa committed',
    ]);
    const committed = world.calls.find(({ effect }) => effect === 'commitNotes')?.request as {
      notes: string;
    };
    expect(committed.notes).toBe(world.documents.get('deployment-notes'));
    expect(await flow.steps('succeeded')).toEqual(
      expect.arrayContaining([
        'blue.health',
        'tests.unit',
        'tests.e2e',
        'blue.drain',
        'blue.stop',
        'docs.notes',
      ]),
    );
    expect(world.tries('blue.health')).toEqual([1]);
    expect(world.deployments.at(-1)).toMatchObject({ type: 'Blue/green', status: 'Success' });
    expect(world.ledger.some(({ kind }) => kind === 'measures')).toBe(true);
  });

  it('[BG-8] notes are not put onto a main that does not hold what serves', async () => {
    const world = on.world(withBlueGreen());
    world.at('docs.merge', fails('conflict'), fails('conflict'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    await flow.gate('failed:docs.merge');
    await flow.say('answer', { by: 'bob', gate: 'failed:docs.merge', choice: 'done' });
    await flow.gate('failed:docs.merge');
    await flow.say('answer', { by: 'bob', gate: 'failed:docs.merge', choice: 'leave' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(await flow.step('docs.commit')).toMatchObject({
      state: 'skipped',
      summary: 'main does not hold what serves',
    });
    expect(world.calls.some(({ effect }) => effect === 'commitNotes')).toBe(false);
  });

  it.each([
    ['', 'smoke tests not configured'],
    ['  manualValidation: [leads]\n', undefined],
  ])('[BG-4] where suites are missing, it is proposed that people try it out: %j', async (more, missing) => {
    const world = on.world((yaml) =>
      withBlueGreen(more)(yaml)
        .replace('  criticalPaths: npm run smoke\n', '')
        .replaceAll('    smoke: npm run smoke\n', ''),
    );
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    const gate = await flow.gate(missing === undefined ? 'manual-validation' : 'production');
    const { concerns } = await flow.status();
    expect(concerns.filter((concern) => concern.includes('blueGreen.manualValidation'))).toEqual(
      missing === undefined ? [] : [expect.stringContaining(missing) as string],
    );
    if (missing !== undefined) expect(gate.details).toContain(missing);
    await flow.say('abort', { by: 'bob' });
    await flow.result();
  });

  it('[BG-1] what is missing is listed, all of it, and nothing is begun', async () => {
    const world = on.world(withBlueGreen());
    const missing = ['requirements: REQUIREMENTS.md is not there', 'rollback plan: plan.md is empty'];
    world.at('prepare.inputs', {
      ok: false,
      summary: 'missing',
      value: { commit: 'a'.repeat(40), version: '1', baseVersion: '1', missing },
    });
    const result = await (await on.startBlueGreen(world)).result();
    expect(result).toMatchObject({ outcome: 'blocked', blockers: missing });
    expect(did(world, 'deploy')).toBe(0);
  });

  it('[BG-2] blue that is not well is told, and does not end the work', async () => {
    const world = on.world(withBlueGreen());
    world.at('blue.health', fails('HTTP 503'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect((await flow.status()).concerns.join()).toContain('does not serve as it should: HTTP 503');
    expect(world.notifications.map(({ event }) => event)).toContain('issue');
  });

  it('[BG-11] canary: green takes over by the steps of the rollout, under the second approval', async () => {
    const world = on.world(
      withBlueGreen(
        '  canary: true\nrollout: { every: 10s, steps: [{ weight: 10, for: 30s }, { weight: 100, for: 30s }] }\n',
      ),
    );
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.log).toContain('production gives v1.1.0-gaaaaaaaa 10 %');
    const shift = world.calls.find(({ step }) => step === 'production.shift-10');
    expect(shift?.request).toMatchObject({ approval: { gate: 'production' } });
  });

  it.each([
    ['error-rate', 0.3, 'error-rate: 30 % is over 5 %'],
    ['latency', 900, 'latency: 900ms, the version before has 100ms: 9.0 times as much'],
  ])(
    '[BG-11] canary: worse %s than blue’s gives the traffic back to blue by itself',
    async (rule, value, why) => {
      const world = on.world(
        withBlueGreen(
          '  canary: true\nrollout: { every: 10s, steps: [{ weight: 10, for: 30s }, { weight: 100, for: 30s }] }\n',
        ),
      );
      world.measure = (asked, version) => ({
        kind: 'value',
        value:
          asked === 'latency'
            ? asked === rule && version !== '1.0.0'
              ? value
              : 100
            : asked === rule && version !== '1.0.0'
              ? value
              : 0,
      });
      const flow = await on.startBlueGreen(world);
      await both(flow);
      const result = await flow.result();
      expect(result).toMatchObject({
        outcome: 'rolled-back',
        reason: expect.stringContaining(why) as string,
      });
      expect(world.running['production']?.version).toBe('1.0.0');
      expect(world.log).toContain('roll back production to 1.0.0');
      expect(world.log).not.toContain('production gives v1.1.0-gaaaaaaaa 100 %');
      expect(did(world, 'activate')).toBe(0);
      expect(gatesOf(world)).toEqual(['green', 'production']);
    },
  );

  it('[BG-11] stands in whichever environment has a place beside what serves', async () => {
    const world = on.world(withBlueGreen('  environment: staging\n'));
    const flow = await on.startBlueGreen(world);
    // Only production has an approval; that green takes over is accepted everywhere.
    await approve(flow, 'production');
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.log).toContain('activate staging v1.1.0-gaaaaaaaa');
    expect(world.log.join()).not.toContain('production v1.1.0');
  });

  it('[BG-4] manual validation is a task; what people find goes to the fix loop', async () => {
    const world = on.world(withBlueGreen('  manualValidation: [bob]\n'));
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    expect(await flow.gate('manual-validation')).toMatchObject({ kind: 'task', who: ['bob'] });
    await flow.handle.signal('answer', { by: 'bob', choice: 'fail', comment: 'the basket is empty' });
    await flow.until(({ steps }) =>
      steps.some(({ id, attempts }) => id === 'tests.manual' && attempts === 2),
    );
    expect(asked(world, 'fix')[0]?.inputs['problem']).toMatchObject({
      step: 'tests.manual',
      summary: expect.stringContaining('the basket is empty') as string,
    });
    await flow.gate('manual-validation');
    await flow.handle.signal('answer', { by: 'bob', choice: 'pass' });
    await approve(flow, 'production');
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', measures: { fixes: 1 } });
  });
});

describe('the fix loop', () => {
  it('[BG-3] [BG-8] a failure is mended by the driver, committed by Sluice, redeployed and verified; the fix is merged', async () => {
    const world = on.world(withBlueGreen());
    world.at('green.verify', fails('HTTP 404'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect(await flow.result()).toMatchObject({
      outcome: 'succeeded',
      measures: { fixes: 1, fixLoopRounds: 2 },
    });
    const [question] = asked(world, 'fix');
    expect(question).toMatchObject({
      commit: 'a'.repeat(40),
      inputs: { attempt: 1, problem: { step: 'green.verify' } },
    });
    const deploys = world.calls.filter(({ effect }) => effect === 'deploy').map(({ request }) => request);
    expect(deploys).toMatchObject([
      { green: true, approval: { gate: 'green' }, target: { commit: 'a'.repeat(40) } },
      { green: true, approval: { gate: 'green' }, target: { commit: `${'f'.repeat(39)}1` } },
    ]);
    // The second approval names the commit with the fix.
    expect(world.calls.find(({ effect }) => effect === 'activate')?.request).toMatchObject({
      approval: { gate: 'production', subject: { commit: `${'f'.repeat(39)}1` } },
    });
    expect(world.log).toContain('merge ff1');
    expect(world.documents.get('deployment-notes')).toMatch(/green\.verify: HTTP 404 → f+ did it/);
    expect(world.documents.get('deployment-notes')).toContain('- \\#7');
  });

  it('[BG-3] it climbs: driver, senior with advice, the trio at the same time, the driver once more, a person', async () => {
    const world = on.world(withBlueGreen());
    world.at('green.deploy', fails('it did not start'));
    const stuck = answer({ status: 'stuck', summary: 'no idea' });
    world.at('fix.driver', stuck, stuck, stuck);
    world.at('fix.senior', answer({ text: 'look at the port' }), answer({ status: 'stuck' }));
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    const gate = await flow.gate('fix-loop');
    expect(world.log.filter((line) => line.startsWith('consult')).sort()).toEqual([
      'consult trio correctness',
      'consult trio security',
    ]);
    expect(world.tries('fix.driver')).toEqual([1, 2, 3]);
    expect(world.tries('fix.senior')).toEqual([1, 2]);
    const last = world.calls.filter(({ step }) => step === 'fix.driver').at(-1)?.request as AgentQuestion;
    expect(last.inputs['advice']).toEqual([
      'look at the port',
      'advice of trio correctness',
      'advice of trio security',
    ]);
    expect(gate).toMatchObject({ kind: 'question' });
    expect(gate.choices.map(({ id }) => id)).toEqual(['retry', 'return-to-development', 'abort']);
    expect(gate.details).toContain('no idea');
    await flow.handle.signal('answer', { by: 'alice', choice: 'return-to-development', comment: 'too much' });
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'returned-to-development' });
    expect(result.reason).toContain("green won't stabilise");
  });

  it('[BG-3] a fix after which nothing is different is taken back, and the senior is asked', async () => {
    const world = on.world(withBlueGreen());
    world.at('tests.unit', fails('11 of 12 passed'), fails('11 of 12 passed'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', measures: { fixes: 1 } });
    expect(world.log.filter((line) => /^(fix|consult)/.test(line))).toEqual([
      'fix driver',
      'fix 1 on aaa',
      'consult senior',
      'fix driver',
      'fix 2 on aaa',
    ]);
  });

  it.each([
    ['attempts', '  maxAttempts: 2\n', 'has tried 2 times'],
    ['cost', '  maxCost: 1.5\n', 'cost 2.00 USD'],
  ])(
    '[BG-3] bounded by %s, it ends in a question; retry begins with a fresh budget',
    async (_, limit, says) => {
      const world = on.world(withBlueGreen(limit));
      world.at('green.verify', fails('one'), fails('two'), fails('three'));
      const flow = await on.startBlueGreen(world);
      await approve(flow, 'green');
      expect((await flow.gate('fix-loop')).statement).toContain(says);
      await flow.handle.signal('retry', { by: 'bob' });
      await approve(flow, 'production');
      expect(await flow.result()).toMatchObject({ outcome: 'succeeded', measures: { driverAttempts: 2 } });
    },
  );

  it('[BG-3] bounded by elapsed time', async () => {
    const world = on.world(withBlueGreen('  maxTime: 1ms\n'));
    world.at('green.verify', fails('one'));
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    expect((await flow.gate('fix-loop')).statement).toContain('maxTime');
    await flow.handle.signal('answer', { by: 'bob', choice: 'abort' });
    expect(await flow.result()).toMatchObject({ outcome: 'aborted' });
  });

  it('[BG-3] the time that people take is not the agents’', async () => {
    const world = on.world(withBlueGreen());
    world.at('green.verify', fails('one'));
    const flow = await on.startBlueGreen(world);
    await flow.gate('green');
    await on.server.sleep(9 * 3_600_000);
    await both(flow);
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', measures: { fixes: 1 } });
  });

  it('[BY-9] a fix that is none is not deployed: the attempt counts as in vain', async () => {
    const world = on.world(withBlueGreen());
    world.at('green.verify', fails('HTTP 404'));
    world.at('fix.commit', fails('the fix does not count: no file was changed'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', measures: { driverAttempts: 2 } });
    expect(did(world, 'deploy')).toBe(2);
    expect(world.log).toContain('consult senior');
  });
});

describe('the review', () => {
  it('[BG-5] [BG-6] [BG-9] a critical finding returns it to development: green is stopped, blue untouched, the next step named', async () => {
    const world = on.world(withBlueGreen());
    world.at(
      'review.trio.security',
      answer({ verdict: 'reject', findings: [finding('critical', 'a secret in the code')] }),
    );
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    const result = await flow.result();
    expect(result).toMatchObject({
      outcome: 'returned-to-development',
      measures: { reviewOutcome: 'major-flaws' },
    });
    expect(result.reason).toContain('a secret in the code');
    expect(result.reason).toContain('serves v1.0.0. Next: return to development');
    expect(
      world.calls.some(({ effect, step }) => effect === 'retire' && step === 'rollback.stop-green'),
    ).toBe(true);
    expect(world.running['production']?.version).toBe('1.0.0');
    expect(did(world, 'activate')).toBe(0);
    expect(world.documents.get('deployment-notes')).toContain('returned-to-development');
    // Development gets it as a task, and people hear of it as news, not as an alarm.
    expect(world.issues).toEqual([expect.stringContaining('was returned to development')]);
    await expect.poll(() => world.log).toContain('notify stopped');
  });

  it('[BG-5] [BG-6] what can be mended goes round: fix loop, test loop, review again, with the findings', async () => {
    const world = on.world(withBlueGreen());
    world.at(
      'review.trio.correctness',
      answer({ verdict: 'reject', findings: [finding('high', 'a skipped test')] }),
    );
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect(await flow.result()).toMatchObject({
      outcome: 'succeeded',
      measures: { reviewRounds: 2, fixes: 1 },
    });
    expect(asked(world, 'fix')[0]?.inputs['problem']).toMatchObject({
      step: 'review',
      findings: [{ severity: 'high', title: 'a skipped test' }],
    });
    expect(world.tries('tests.unit')).toEqual([1, 2]);
    const request = world.calls.find(({ effect }) => effect === 'commitChange')?.request;
    expect(request).toMatchObject({ findings: [{ title: 'a skipped test' }] });
  });

  it('[BG-5] [BY-9] who gives no review is asked again once; then its absence is a finding', async () => {
    const world = on.world(withBlueGreen());
    const garbage = answer({ status: 'failed', summary: 'its answer is no JSON' });
    world.at('review.trio.security', garbage, garbage);
    world.at('review.juniors.first', garbage);
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', measures: { reviewRounds: 2 } });
    expect(world.tries('review.trio.security')).toEqual([1, 2, 3]);
    expect(asked(world, 'fix')[0]?.inputs['problem']).toMatchObject({
      findings: [{ severity: 'high', title: 'no review of trio security' }],
    });
  });

  it('[BG-6] without consensus after so many rounds, a person decides', async () => {
    const world = on.world(withBlueGreen('  review: { maxRounds: 1 }\n'));
    world.at('review.senior', answer({ verdict: 'reject', findings: [finding('low', 'a typo')] }));
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    expect((await flow.gate('fix-loop')).statement).toContain('no consensus after 1 rounds');
    await flow.handle.signal('answer', { by: 'bob', choice: 'return-to-development' });
    expect(await flow.result()).toMatchObject({ outcome: 'returned-to-development' });
  });
});

describe('what people are asked', () => {
  it('[BG-7] blue is not stopped where nobody could watch green: people look themselves, or it is watched again', async () => {
    const world = on.world(withBlueGreen());
    world.at('green.watch', fails('the metrics could not be read in 5 of 6 samples'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect((await flow.gate('failed:green.watch')).statement).toContain('the metrics could not be read');
    expect(did(world, 'retire')).toBe(0);
    await flow.handle.signal('retry', { by: 'bob' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.tries('green.watch')).toEqual([1, 2]);
  });

  it('[BG-6] to try again after the last round of review means a fresh budget, however long they took to say so', async () => {
    const world = on.world(withBlueGreen('  maxTime: 1h\n  review: { maxRounds: 1 }\n'));
    world.at('review.senior', answer({ verdict: 'reject', findings: [finding('low', 'a typo')] }));
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    await flow.gate('fix-loop');
    await on.server.sleep(2 * 3_600_000);
    await flow.handle.signal('retry', { by: 'bob', gate: 'fix-loop' });
    await approve(flow, 'production');
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded', measures: { driverAttempts: 1 } });
  });
});

describe('going back', () => {
  it.each([
    ['abort', 'aborted'],
    ['rollback', 'rolled-back'],
  ] as const)(
    '[BG-9] %s before the promotion stops green and leaves blue alone',
    async (message, outcome) => {
      const world = on.world(withBlueGreen());
      const flow = await on.startBlueGreen(world);
      await approve(flow, 'green');
      await flow.gate('production');
      await flow.handle.signal(message, { by: 'bob', comment: 'not today' });
      const result = await flow.result();
      expect(result).toMatchObject({ outcome });
      expect(result.reason).toMatch(
        /not today; green was stopped, blue is untouched: production serves v1.0.0. Next: /,
      );
      expect(did(world, 'rollBack')).toBe(0);
      expect(did(world, 'retire')).toBe(1);
      expect(world.deployments.at(-1)).toMatchObject({ status: 'Not promoted' });
    },
  );

  it('rejected at the first gate, nothing was deployed; at the second, green is stopped', async () => {
    const first = on.world(withBlueGreen());
    const flow = await on.startBlueGreen(first);
    await flow.gate('green');
    await flow.handle.signal('reject', { by: 'alice', gate: 'green', comment: 'no' });
    expect(await flow.result()).toMatchObject({ outcome: 'rejected' });
    expect(did(first, 'deploy')).toBe(0);
    const second = on.world(withBlueGreen());
    const other = await on.startBlueGreen(second);
    await approve(other, 'green');
    await other.gate('production');
    await other.handle.signal('reject', { by: 'alice', gate: 'production', comment: 'no' });
    expect(await other.result()).toMatchObject({ outcome: 'rejected' });
    expect(did(second, 'retire')).toBe(1);
  });

  it('[BG-9] the question of the fix loop does not keep anybody from aborting', async () => {
    const world = on.world(withBlueGreen('  maxAttempts: 1\n'));
    world.at('green.verify', fails('one'), fails('two'));
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    await flow.gate('fix-loop');
    await flow.handle.signal('rollback', { by: 'bob', gate: 'none', comment: 'enough' });
    await flow.handle.signal('abort', { by: 'bob', gate: 'fix-loop' });
    expect(await flow.result()).toMatchObject({ outcome: 'aborted' });
    expect(world.calls.some(({ step }) => step === 'rollback.stop-green')).toBe(true);
  });

  it('after the promotion it is rolled back as a release is', async () => {
    const world = on.world(withBlueGreen());
    world.at('green.health', fails('HTTP 500'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'rolled-back' });
    expect(world.running['production']?.version).toBe('1.0.0');
    expect(world.log).toContain('roll back production to 1.0.0');
    expect(world.issues[0]).toMatch(/^critical: /);
    expect(gatesOf(world)).toEqual(['green', 'production']);
    expect(did(world, 'retire')).toBe(0);
  });

  it('a promotion that fails is rolled back, and nobody is asked', async () => {
    const world = on.world(withBlueGreen());
    world.at('green.promote', fails('the router is gone'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    expect(await flow.result()).toMatchObject({
      outcome: 'rolled-back',
      reason: expect.stringContaining('green could not be promoted: the router is gone') as string,
    });
    expect(world.log).toContain('roll back production to 1.0.0');
    expect(gatesOf(world)).toEqual(['green', 'production']);
    expect(did(world, 'retire')).toBe(0);
    expect(world.log.join()).not.toContain('merge');
  });

  it('[BG-7] stopping blue can be tried again alone', async () => {
    const world = on.world(withBlueGreen());
    world.at('blue.stop', fails('it does not end'));
    const flow = await on.startBlueGreen(world);
    await both(flow);
    await flow.gate('failed:blue.stop');
    await flow.handle.signal('retry', { by: 'bob' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(world.tries('blue.stop')).toEqual([1, 2]);
    expect(world.tries('green.promote')).toEqual([1]);
    expect(world.tries('blue.drain')).toEqual([1]);
  });

  const canary = withBlueGreen(
    '  canary: true\nrollout: { every: 10s, steps: [{ weight: 10, for: 30s }, { weight: 100, for: 30s }] }\n',
  );
  const isVoid = { ok: false, summary: 'not approved', value: { void: ['the commit changed'] } };

  it.each(['production.shift-100', 'green.promote'])(
    '[BG-11] [BY-1] an approval that is void at %s, with traffic on green: it goes back to blue, and nobody is asked',
    async (step) => {
      const world = on.world(canary);
      world.at(step, isVoid);
      const flow = await on.startBlueGreen(world);
      await both(flow);
      expect(await flow.result()).toMatchObject({
        outcome: 'rolled-back',
        reason: expect.stringContaining('the approval is void: the commit changed') as string,
      });
      expect(world.log).toContain('production gives v1.1.0-gaaaaaaaa 10 %');
      expect(world.log).toContain('roll back production to 1.0.0');
      expect(world.running['production']?.version).toBe('1.0.0');
      expect(gatesOf(world)).toEqual(['green', 'production']);
      expect(did(world, 'retire')).toBe(0);
    },
  );

  it('[BG-11] [BY-1] an approval that is void before any traffic moves: people are asked again, and nothing goes back', async () => {
    const world = on.world(canary);
    world.at('production.shift-10', isVoid);
    const flow = await on.startBlueGreen(world);
    await both(flow);
    const again = await flow.until(({ gates }) =>
      gates.some(({ details }) => details.includes('An earlier approval is void')),
    );
    expect(again.gates[0]?.details).toContain('the commit changed');
    await flow.handle.signal('reject', { by: 'bob', gate: 'production' });
    expect(await flow.result()).toMatchObject({ outcome: 'rejected' });
    expect(did(world, 'rollBack')).toBe(0);
    expect(gatesOf(world)).toEqual(['green', 'production', 'production']);
    expect(world.log.join()).not.toContain('production gives');
  });

  it('an approval that no longer covers what is configured is void: people are asked again, and green stays', async () => {
    const world = on.world(withBlueGreen());
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    const first = await flow.gate('production');
    world.configDigest = digestOf('another');
    await flow.handle.signal('approve', { by: 'alice', gate: 'production' });
    const again = await flow.until(({ gates }) =>
      gates.some(({ digest }) => digest !== undefined && digest !== first.digest),
    );
    expect(again.gates[0]?.details).toContain('An earlier approval is void');
    expect(did(world, 'activate')).toBe(1);
    await flow.handle.signal('approve', { by: 'bob', gate: 'production' });
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
  });
});
