import { describe, expect, test } from 'vitest';
import {
  restartedFrom,
  stepOf,
  toldSteps,
  tryOf,
  unfinished,
  withBegun,
  withEnded,
  withPlan,
  withWaiting,
} from '../../../src/domain/run/step-list.ts';
import type { StepList } from '../../../src/domain/run/step-list.ts';

const planned = (...ids: string[]): StepList =>
  withPlan(
    [],
    ids.map((id) => ({ id, phase: id.split('.')[0] ?? '', title: `do ${id}` })),
  );
const at = (minute: number): string => `2026-01-01T10:0${minute}:00.000Z`;
const begin = (list: StepList, id: string, minute: number): StepList =>
  withBegun(list, stepOf(list, id, 'x'), at(minute));
const end = (list: StepList, id: string, minute: number, log?: string): StepList =>
  withEnded(list, stepOf(list, id, 'x'), { state: 'succeeded', summary: 'fine', at: at(minute), log });
const states = (list: StepList): string[] => list.map(({ id, state }) => `${id} ${state}`);

describe('a plan', () => {
  test('is pending, and counts no attempt', () => {
    expect(planned('a.one')).toEqual([
      { id: 'a.one', phase: 'a', title: 'do a.one', state: 'pending', attempts: 0 },
    ]);
  });

  test('that names a step again leaves it as it is, and adds the others at the end', () => {
    const list = end(begin(planned('a.one'), 'a.one', 0), 'a.one', 1);
    const again = withPlan(list, [
      { id: 'a.one', phase: 'b', title: 'another title' },
      { id: 'b.two', phase: 'b', title: 'two' },
      { id: 'b.two', phase: 'b', title: 'twice in one plan' },
    ]);
    expect(again).toEqual([
      {
        id: 'a.one',
        phase: 'a',
        title: 'do a.one',
        state: 'succeeded',
        attempts: 1,
        started: at(0),
        ended: at(1),
        summary: 'fine',
      },
      { id: 'b.two', phase: 'b', title: 'two', state: 'pending', attempts: 0 },
    ]);
  });
});

describe('a step', () => {
  test('that no plan names stands under its id in the phase of that moment, and only once it is begun', () => {
    const list = planned('a.one');
    expect(stepOf(list, 'surprise', 'a')).toEqual({
      id: 'surprise',
      phase: 'a',
      title: 'surprise',
      state: 'pending',
      attempts: 0,
    });
    expect(states(list)).toEqual(['a.one pending']);
    expect(states(begin(list, 'surprise', 0))).toEqual(['a.one pending', 'surprise running']);
  });

  test('that is begun again says nothing of the time before, keeps its log, and counts on', () => {
    const first = end(begin(planned('a.one'), 'a.one', 0), 'a.one', 1, '/log');
    const [again] = begin(first, 'a.one', 2);
    expect(again).toEqual({
      id: 'a.one',
      phase: 'a',
      title: 'do a.one',
      state: 'running',
      attempts: 2,
      started: at(2),
      log: '/log',
    });
  });

  test('keeps its log where the end brings none, and takes the one that it brings', () => {
    const first = end(begin(planned('a.one'), 'a.one', 0), 'a.one', 1, '/first');
    expect(end(first, 'a.one', 2)[0]?.log).toBe('/first');
    expect(end(first, 'a.one', 2, '/second')[0]?.log).toBe('/second');
  });

  test('is changed in a new list: who holds the old one sees what was', () => {
    const before = planned('a.one', 'b.two');
    const after = begin(before, 'b.two', 0);
    expect(states(before)).toEqual(['a.one pending', 'b.two pending']);
    expect(states(after)).toEqual(['a.one pending', 'b.two running']);
  });
});

describe('a try that failed', () => {
  const fail = (list: StepList, id: string, state: 'failed' | 'waiting' | 'cancelled' = 'failed'): StepList =>
    withEnded(list, stepOf(list, id, 'x'), { state, summary: 'no', at: at(1) });
  const failures = (list: StepList) => list[0]?.failures;
  const once = begin(planned('a.one'), 'a.one', 0);

  test('is remembered by the next one, and so is one whose outcome nobody knew', () => {
    expect(failures(begin(fail(once, 'a.one'), 'a.one', 2))).toBe(1);
    expect(
      failures(begin(fail(begin(fail(once, 'a.one'), 'a.one', 2), 'a.one', 'waiting'), 'a.one', 3)),
    ).toBe(2);
  });

  test('is remembered over a restart, and where the next one ended', () => {
    const again = restartedFrom(fail(once, 'a.one'), 'a.');
    expect(failures(again)).toBe(1);
    expect(failures(end(begin(again, 'a.one', 2), 'a.one', 3))).toBe(1);
  });

  test('is none where the step succeeded, was stopped, or is done once more by plan', () => {
    const done = end(once, 'a.one', 1);
    expect(begin(done, 'a.one', 2)[0]).toMatchObject({ attempts: 2 });
    const asked = withWaiting(once, stepOf(once, 'a.one', 'x'));
    for (const list of [
      done,
      restartedFrom(done, 'a.'),
      fail(once, 'a.one', 'cancelled'),
      restartedFrom(asked, 'a.'),
    ])
      expect(failures(begin(list, 'a.one', 2))).toBeUndefined();
  });

  test('is the one before the second, unless the second is left out', () => {
    const again = restartedFrom(fail(once, 'a.one'), 'a.');
    const tries = (list: StepList) => list.map(tryOf);
    expect(tries(again)).toEqual([1]);
    expect(tries(begin(again, 'a.one', 2))).toEqual([2]);
    const skipped = { state: 'skipped', summary: 'no need', at: at(2) } as const;
    expect(tries(withEnded(again, stepOf(again, 'a.one', 'x'), skipped))).toEqual([1]);
  });

  test('is over with once the step has succeeded', () => {
    const mended = end(begin(fail(once, 'a.one'), 'a.one', 2), 'a.one', 3);
    expect(failures(begin(mended, 'a.one', 4))).toBeUndefined();
  });
});

describe('a restart', () => {
  const done = ['a.one', 'b.two', 'c.three'].reduce(
    (list, id) => end(begin(list, id, 0), id, 1, '/log'),
    planned('a.one', 'b.two', 'c.three'),
  );

  test('makes all pending from the first step of that kind on, with their attempts and nothing else', () => {
    const list = restartedFrom(done, 'b.');
    expect(states(list)).toEqual(['a.one succeeded', 'b.two pending', 'c.three pending']);
    expect(list[1]).toEqual({ id: 'b.two', phase: 'b', title: 'do b.two', state: 'pending', attempts: 1 });
  });

  test('from a kind that there is not changes nothing', () => {
    expect(restartedFrom(done, 'd.')).toEqual(done);
  });
});

test('a run that has ended did not reach what was still ahead, and one that goes on may yet', () => {
  const steps = end(begin(planned('a.one', 'b.two'), 'a.one', 0), 'a.one', 1);
  const stage = 'preparing';
  expect(toldSteps({ steps, stage })).toBe(steps);
  expect(toldSteps({ steps, stage, outcome: 'failed' }).map(({ summary }) => summary)).toEqual([
    'fine',
    'not reached',
  ]);
});

test('a run that goes back comes to nothing of what is ahead, but to the way back', () => {
  const steps = withPlan(planned('a.one'), [{ id: 'rollback.execute', phase: 'rollback', title: 'back' }]);
  expect(toldSteps({ steps, stage: 'rolling-back' }).map(({ summary }) => summary)).toEqual([
    'not reached',
    undefined,
  ]);
});

test('unfinished are those that run or wait for people, and no others', () => {
  let list = planned('a.done', 'b.runs', 'c.waits', 'd.pending', 'e.failed');
  list = end(begin(list, 'a.done', 0), 'a.done', 1);
  list = begin(list, 'b.runs', 1);
  list = begin(list, 'c.waits', 1);
  list = withWaiting(list, stepOf(list, 'c.waits', ''));
  list = withEnded(list, stepOf(list, 'e.failed', ''), { state: 'failed', summary: '', at: at(2) });
  expect(unfinished(list).map(({ id }) => id)).toEqual(['b.runs', 'c.waits']);
});
