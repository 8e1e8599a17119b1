import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FixState, FixStep, Helpers } from '../../../src/domain/agents/escalation.ts';
import {
  alsoSpent,
  alsoWaited,
  consulted,
  drove,
  firstFixState,
  met,
  nextFix,
} from '../../../src/domain/agents/escalation.ts';

const limits = { maxAttempts: 10, maxTime: 1_000, maxCost: 20 };
const all: Helpers = { driver: true, senior: true, trio: true };
const stuck = { fixed: false };
const fixed = { fixed: true };
const fresh = met(firstFixState(0), 'it does not start');
const next = (state: FixState, helpers = all, now = 0) => nextFix(state, limits, helpers, now).action;

describe('who is asked next', () => {
  it.each<[string, FixState, Partial<Helpers>, FixStep]>([
    ['a new problem', fresh, {}, 'driver'],
    ['the driver is stuck', drove(fresh, stuck), {}, 'senior'],
    ['the senior has advice', consulted(drove(fresh, stuck), 'senior', { advice: true }), {}, 'driver'],
    ['the senior has none', consulted(drove(fresh, stuck), 'senior', { advice: false }), {}, 'trio'],
    ['there is no senior', drove(fresh, stuck), { senior: false }, 'trio'],
    [
      'the trio has advice',
      consulted(drove(fresh, stuck), 'trio', { advice: true }),
      { senior: false },
      'driver',
    ],
    [
      'the trio has none',
      consulted(drove(fresh, stuck), 'trio', { advice: false }),
      { senior: false },
      'person',
    ],
    ['nobody is there to advise', drove(fresh, stuck), { senior: false, trio: false }, 'person'],
    ['there is no driver', fresh, { driver: false }, 'person'],
    ['the fix led to another problem', met(drove(fresh, fixed), 'its tests fail'), {}, 'driver'],
    ['the fix changed nothing', met(drove(fresh, fixed), 'it does not start'), {}, 'senior'],
    [
      'a problem came back',
      met(met(drove(fresh, fixed), 'its tests fail'), 'it does not start'),
      {},
      'senior',
    ],
  ])('[BG-3] %s', (_, state, helpers, action) => {
    expect(next(state, { ...all, ...helpers })).toBe(action);
  });

  it('[BG-3] a senior that always knows more does not keep the trio from being asked', () => {
    let state = fresh;
    const asked: string[] = [];
    for (let action = next(state); action !== 'trio'; action = next(state)) {
      asked.push(action);
      state = action === 'driver' ? drove(state, stuck) : consulted(state, 'senior', { advice: true });
    }
    expect(asked.filter((who) => who === 'senior')).toHaveLength(3);
  });

  it.each([
    ['attempts', { ...fresh, attempts: 10 }, 0, 'maxAttempts'],
    ['cost', alsoSpent(fresh, 20), 0, 'maxCost'],
    ['time', fresh, 1_000, 'maxTime'],
  ])('[BG-3] a person decides when the %s are used up', (_, state, now, says) => {
    expect(nextFix(state, limits, all, now)).toMatchObject({
      action: 'person',
      reason: expect.stringContaining(says) as string,
    });
  });

  it('[BG-3] the time that people take does not count, and never gives more than was there', () => {
    expect(next(alsoWaited(fresh, 900, 1_500), all, 1_500)).toBe('driver');
    expect(next(alsoWaited(fresh, 400, 1_500), all, 1_500)).toBe('person');
    expect(alsoWaited(fresh, 9_000, 1_500).since).toBe(1_500);
  });

  it('costs that are no numbers do not count backwards', () => {
    expect(alsoSpent(fresh, Number.NaN).cost).toBe(0);
    expect(alsoSpent({ ...fresh, cost: 5 }, -5).cost).toBe(5);
  });
});

describe('the loop as a whole', () => {
  /** What the world answers: whether the driver changes something, whether there is advice, which problem is there then, and the price. */
  const answer = fc.record({
    fixed: fc.boolean(),
    advice: fc.boolean(),
    problem: fc.integer({ min: 0, max: 30 }),
    cost: fc.double({ min: 0, max: 3, noNaN: true }),
    took: fc.integer({ min: 0, max: 200 }),
  });

  it('[BG-3] never spins: whatever the agents answer, a person decides within bounded steps, limits and cost', () => {
    fc.assert(
      fc.property(
        fc.array(answer, { minLength: 1, maxLength: 40 }),
        fc.record({ driver: fc.boolean(), senior: fc.boolean(), trio: fc.boolean() }),
        fc.integer({ min: 1, max: 12 }),
        (answers, helpers, maxAttempts) => {
          const bounds = { ...limits, maxAttempts };
          let state = met(firstFixState(0), 'p');
          let now = 0;
          let steps = 0;
          for (;;) {
            const { action } = nextFix(state, bounds, helpers, now);
            if (action === 'person') break;
            expect(state.attempts).toBeLessThan(maxAttempts);
            expect(state.cost).toBeLessThan(bounds.maxCost);
            expect(now).toBeLessThan(bounds.maxTime);
            expect(helpers[action]).toBe(true);
            const { fixed: done, advice, problem, cost, took } = answers[steps % answers.length]!;
            now += took;
            state = alsoSpent(state, cost);
            if (action === 'driver') {
              state = drove(state, { fixed: done });
              if (done) state = met(state, `p${problem}`);
            } else state = consulted(state, action, { advice });
            steps += 1;
            // Each attempt is followed by at most one look at the senior and one at the trio.
            expect(steps).toBeLessThanOrEqual(3 * maxAttempts + 2);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('[BG-3] help is asked for in order: never the trio of a problem before its senior, never anybody before the driver', () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 40 }), (answers) => {
        let state = met(firstFixState(0), 'p');
        let tried = false;
        let advised = false;
        for (let step = 0; step < 60; step += 1) {
          const { action } = nextFix(state, limits, all, 0);
          if (action === 'person') return;
          const { fixed: done, advice, problem } = answers[step % answers.length]!;
          if (action === 'driver') {
            state = drove(state, { fixed: done });
            tried = true;
            if (done) {
              const known = state.seen.includes(`p${problem}`);
              state = met(state, `p${problem}`);
              // What came back was tried before.
              if (!known) [tried, advised] = [false, false];
            }
          } else {
            expect(tried || state.inVain).toBe(true);
            if (action === 'trio') expect(advised).toBe(true);
            else advised = true;
            state = consulted(state, action, { advice });
          }
        }
      }),
    );
  });
});
