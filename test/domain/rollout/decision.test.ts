import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/domain/rollout/decision.ts';
import type { Evidence, Finding, RuleLimits } from '../../../src/domain/rollout/evidence.ts';
import type { RolloutPlan } from '../../../src/domain/rollout/plan.ts';
import { stepProblems } from '../../../src/domain/rollout/plan.ts';
import { firstState, nextStep, note } from '../../../src/domain/rollout/state.ts';
import type { RolloutState } from '../../../src/domain/rollout/state.ts';

const plan: RolloutPlan = {
  steps: [1, 10, 50, 100].map((weight) => ({
    weight,
    for: 60_000,
    minRequests: 100,
    confirm: weight === 50,
  })),
  limits: { unhealthyAfter: 3 },
};
const errors: RuleLimits = {
  name: 'error rate',
  failureLimit: 0,
  consecutiveErrorLimit: 4,
  onNoData: 'hold',
  onError: 'hold',
  dryRun: false,
};
const latency: RuleLimits = { ...errors, name: 'latency', failureLimit: 2, onError: 'ask', onNoData: 'ask' };
const rules = [errors, latency];

const good: Finding = { kind: 'good', reason: '0.1 % errors' };
const bad: Finding = { kind: 'bad', reason: '7 % errors' };
const noData: Finding = { kind: 'no-data', reason: 'the query returned nothing' };
const error: Finding = { kind: 'error', reason: 'the provider answers 500' };

const look = (change: Partial<Evidence> = {}, one: Finding = good, other: Finding = good): Evidence => ({
  elapsed: 10_000,
  requests: 50,
  health: { ok: true, reason: '' },
  findings: { 'error rate': one, latency: other },
  criticalAlerts: [],
  ...change,
});
const unhealthy = { health: { ok: false, reason: 'HTTP 503' } };

/** The decisions after each look, with the steps moved as the flow moves them. */
function follow(
  looks: readonly Evidence[],
  from: RolloutState = firstState,
): { actions: string[]; reasons: string[]; state: RolloutState } {
  const actions: string[] = [];
  const reasons: string[] = [];
  let state = from;
  for (const evidence of looks) {
    state = note(state, evidence, rules);
    const { action, reason } = decide(plan, rules, state, evidence);
    actions.push(action);
    reasons.push(reason);
    if (action === 'roll-back') state = { ...state, breached: true };
    if (action === 'advance') state = nextStep(state);
  }
  return { actions, reasons, state };
}
const times = (count: number, evidence: Evidence): Evidence[] =>
  Array.from({ length: count }, () => evidence);

describe('the decision of a rollout', () => {
  it.each<[string, Evidence[], string, RegExp]>([
    [
      'goes on when the time is over and enough was seen',
      times(6, look()),
      'advance',
      /nothing spoke against it/,
    ],
    ['watches until then', times(5, look()), 'watch', /10s to go at 1 %/],
    ['holds for more requests', times(6, look({ requests: 1 })), 'hold', /6 requests at 1 %, 100 are wanted/],
    [
      '[BY-4] holds where nobody knows how many requests there were',
      times(20, look({ requests: undefined })),
      'hold',
      /0 requests/,
    ],
    [
      '[SI-10] rolls back on the first bad finding of a rule without tolerance',
      [look(), look({}, bad)],
      'roll-back',
      /error rate: 7 % errors/,
    ],
    ['tolerates what its limit tolerates', times(2, look({}, good, bad)), 'watch', /to go/],
    ['and no more', times(3, look({}, good, bad)), 'roll-back', /latency: 7 % errors \(3 times/],
    ['[BY-4] holds without data', times(30, look({}, noData)), 'hold', /the query returned nothing/],
    ['[BY-4] holds while the provider fails', times(30, look({}, error)), 'hold', /the provider answers 500/],
    [
      'asks after more errors in a row than its limit, where its policy says so',
      times(5, look({}, good, error)),
      'ask',
      /nothing can be seen: latency/,
    ],
    ['holds up to that limit', times(4, look({}, good, error)), 'hold', /latency/],
    ['holds up to that limit without data', times(4, look({}, good, noData)), 'hold', /latency/],
    ['asks after as many looks without data', times(5, look({}, good, noData)), 'ask', /nothing can be seen/],
    ['goes on once data is back', [...times(9, look({}, error)), look()], 'watch', /50s to go/],
    [
      '[SI-10] [DW-8] rolls back after more than 3 failed health checks in a row',
      times(4, look(unhealthy)),
      'roll-back',
      /4 health checks in a row failed.*HTTP 503/,
    ],
    ['[DW-8] holds up to 3', times(3, look(unhealthy)), 'hold', /3 failed health checks/],
    [
      'does not go on right after a failed health check',
      [...times(5, look()), look(unhealthy)],
      'hold',
      /1 failed/,
    ],
    [
      '[SI-10] rolls back on a critical alert at once',
      [look({ criticalAlerts: ['disk full on db1'] })],
      'roll-back',
      /critical alert: disk full/,
    ],
    [
      'rolls back on an alert though no metrics can be seen',
      [look({ criticalAlerts: ['x'] }, error, error)],
      'roll-back',
      /critical alert/,
    ],
  ])('%s', (_, looks, action, reason) => {
    const followed = follow(looks);
    expect(followed.actions.at(-1)).toBe(action);
    expect(followed.reasons.at(-1)).toMatch(reason);
  });

  it.each<[string, Partial<RolloutState>, Evidence, string, string]>([
    ['no such step', { step: 9 }, look(), 'hold', 'the plan has no such step'],
    [
      'evidence from before',
      { breached: true, paused: true },
      look(),
      'hold',
      'evidence spoke against this version: its traffic does not grow',
    ],
    ['a pause, though nothing can be seen', { paused: true }, look({}, error), 'hold', 'paused'],
    [
      'two rules that see nothing',
      {},
      look({}, noData, error),
      'hold',
      'error rate: the query returned nothing; latency: the provider answers 500',
    ],
    ['one failed health check', {}, look(unhealthy), 'hold', '1 failed health check: HTTP 503'],
    [
      'several in a row',
      { unhealthyInARow: 1 },
      look(unhealthy),
      'hold',
      '2 failed health checks in a row: HTTP 503',
    ],
    ['several alerts', {}, look({ criticalAlerts: ['a', 'b'] }), 'roll-back', 'critical alert: a; b'],
    ['a first bad finding', {}, look({}, bad), 'roll-back', 'error rate: 7 % errors'],
    ['the last step, confirmed', { step: 3, confirmed: true }, look(), 'complete', 'a person said go on'],
    ['a step, promoted', { step: 1, promotedFully: true }, look(), 'advance', 'a person said go on'],
    [
      'a step that went well',
      { step: 1, watched: 50_000, requests: 50 },
      look(),
      'advance',
      'watched for 1m at 10 %, nothing spoke against it',
    ],
    [
      'a step that wants a word',
      { step: 2, watched: 50_000, requests: 50 },
      look(),
      'ask',
      '50 % went well: go on?',
    ],
    [
      'too few requests by one',
      { step: 1, watched: 50_000, requests: 49 },
      look(),
      'hold',
      '99 requests at 10 %, 100 are wanted',
    ],
    [
      'too little time by one',
      { step: 1, watched: 49_999, requests: 900 },
      look(),
      'watch',
      '1ms to go at 10 %',
    ],
  ])('%s', (_, some, evidence, action, reason) => {
    const state = note({ ...firstState, ...some }, evidence, rules);
    expect(decide(plan, rules, state, evidence)).toMatchObject({ action, reason });
  });

  it('says whether it asks because the plan wants it or because nothing can be seen', () => {
    const went = { ...firstState, step: 2, watched: 50_000, requests: 50 };
    expect(decide(plan, rules, note(went, look(), rules), look())).toMatchObject({ blind: false });
    const silent = times(5, look({}, good, noData)).reduce(
      (state, each) => note(state, each, rules),
      firstState,
    );
    expect(decide(plan, rules, silent, look({}, good, noData))).toEqual({
      action: 'ask',
      blind: true,
      reason: 'nothing can be seen: latency: the query returned nothing',
    });
  });

  it('a rule that has never been measured holds, and asks nobody', () => {
    const state = { ...firstState, lastHealthy: true };
    expect(decide(plan, rules, state, look())).toEqual({
      action: 'hold',
      reason: 'error rate: nothing was measured yet; latency: nothing was measured yet',
    });
  });

  it.each<[string, Finding, Partial<RuleLimits>, string]>([
    ['errors where errors are asked about', error, { onError: 'ask', onNoData: 'hold' }, 'ask'],
    ['errors where only silence is', error, { onError: 'hold', onNoData: 'ask' }, 'hold'],
    ['silence where silence is asked about', noData, { onError: 'hold', onNoData: 'ask' }, 'ask'],
    ['silence where only errors are', noData, { onError: 'ask', onNoData: 'hold' }, 'hold'],
    ['errors of a rule on trial', error, { onError: 'ask', dryRun: true }, 'watch'],
  ])('long %s', (_, what, limits, action) => {
    const own = [errors, { ...latency, ...limits }];
    const evidence = look({ elapsed: 1 }, good, what);
    const state = times(9, evidence).reduce((before, each) => note(before, each, own), firstState);
    expect(decide(plan, own, state, evidence).action).toBe(action);
  });

  it('asks a person where the step wants one, and goes on once they said so', () => {
    const state: RolloutState = { ...firstState, step: 2 };
    const asked = follow(times(6, look()), state);
    expect(asked.actions.at(-1)).toBe('ask');
    expect(decide(plan, rules, { ...asked.state, confirmed: true }, look()).action).toBe('advance');
  });

  it('is complete after the last step', () => {
    expect(follow(times(6, look()), { ...firstState, step: 3 }).actions.at(-1)).toBe('complete');
  });

  it('promoted fully it does not wait, and still needs to see', () => {
    const promoted = { ...firstState, promotedFully: true };
    expect(follow([look()], promoted).actions).toEqual(['advance']);
    expect(follow([look({}, error)], promoted).actions).toEqual(['hold']);
    expect(follow([look({}, bad)], promoted).actions).toEqual(['roll-back']);
  });

  it('a rule on trial is told and followed by nothing', () => {
    const onTrial = [{ ...errors, dryRun: true }];
    const state = note(firstState, look({}, bad), onTrial);
    expect(decide(plan, onTrial, state, look({}, bad)).action).toBe('watch');
  });

  it('paused holds, and evidence still rolls back', () => {
    const paused = { ...firstState, paused: true };
    expect(follow(times(20, look()), paused).actions.at(-1)).toBe('hold');
    expect(follow([look({}, bad)], paused).actions).toEqual(['roll-back']);
  });
});

const finding = fc.constantFrom(good, bad, noData, error);
const anyLook = fc.record({
  elapsed: fc.integer({ min: 0, max: 60_000 }),
  requests: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
  health: fc.constantFrom({ ok: true, reason: '' }, { ok: false, reason: 'HTTP 503' }),
  findings: fc.record({ 'error rate': finding, latency: finding }, { requiredKeys: [] }),
  criticalAlerts: fc.constantFrom([], ['an alert']),
}) as fc.Arbitrary<Evidence>;
const looks = fc.array(anyLook, { maxLength: 60 });

describe('laws of the decision', () => {
  it('[BY-4] never goes forward on missing evidence', () => {
    fc.assert(
      fc.property(looks, fc.nat(2), fc.boolean(), (all, missing, full) => {
        const last = look(
          {},
          missing === 0 ? noData : good,
          missing === 1 ? error : missing === 2 ? noData : good,
        );
        const { state } = follow(all, { ...firstState, promotedFully: full, confirmed: true });
        const now = note(state, last, rules);
        expect(['advance', 'complete']).not.toContain(decide(plan, rules, now, last).action);
      }),
    );
  });

  it('[BY-4] never rolls back on provider errors and missing data alone', () => {
    const blind = fc.record({
      elapsed: fc.integer({ min: 0, max: 600_000 }),
      requests: fc.constantFrom(undefined, 0, 10_000),
      health: fc.constant({ ok: true, reason: '' }),
      findings: fc.record(
        { 'error rate': fc.constantFrom(noData, error), latency: fc.constantFrom(noData, error, good) },
        { requiredKeys: [] },
      ),
      criticalAlerts: fc.constant([]),
    }) as fc.Arbitrary<Evidence>;
    fc.assert(
      fc.property(fc.array(blind, { minLength: 1, maxLength: 100 }), (all) => {
        for (const action of follow(all).actions) expect(['hold', 'ask']).toContain(action);
      }),
    );
  });

  it('the weight never rises after a breach', () => {
    fc.assert(
      fc.property(looks, looks, (before, after) => {
        const { state } = follow([...before, look({ criticalAlerts: ['x'] })]);
        const { actions } = follow(after, state);
        expect(actions).not.toContain('advance');
        expect(actions).not.toContain('complete');
      }),
    );
  });

  it('goes one step at a time, and each for its whole time unless a person said otherwise', () => {
    fc.assert(
      fc.property(looks, (all) => {
        let state = firstState;
        for (const evidence of all) {
          state = note(state, evidence, rules);
          const { action } = decide(plan, rules, state, evidence);
          if (action !== 'advance' && action !== 'complete') continue;
          expect(state.watched).toBeGreaterThanOrEqual(plan.steps[state.step]?.for ?? Infinity);
          expect(state.requests).toBeGreaterThanOrEqual(plan.steps[state.step]?.minRequests ?? Infinity);
          if (action === 'complete') break;
          state = nextStep(state);
        }
      }),
    );
  });
});

describe('the steps of a plan', () => {
  it.each<[string, [number, number][], string[]]>([
    [
      'rise up to 100 %',
      [
        [1, 1],
        [10, 1],
        [100, 1],
      ],
      [],
    ],
    ['are at least one', [], ['a rollout needs at least one step']],
    [
      'rise',
      [
        [10, 1],
        [10, 1],
        [100, 1],
      ],
      ['10 % comes after 10 %: weights rise from step to step'],
    ],
    ['end with all', [[50, 1]], ['the last step is 100 %, not 50 %']],
    ['take time', [[100, 0]], ['nothing can be seen in no time: watch each step for a while']],
    [
      'are percentages',
      [
        [0, 1],
        [101, 1],
      ],
      [
        '0 % is no weight: it is more than 0 and at most 100',
        '101 % is no weight: it is more than 0 and at most 100',
        'the last step is 100 %, not 101 %',
      ],
    ],
  ])('%s', (_, steps, problems) => {
    expect(
      stepProblems(steps.map(([weight, time]) => ({ weight, for: time }))).map(({ message }) => message),
    ).toEqual(problems);
  });
});
