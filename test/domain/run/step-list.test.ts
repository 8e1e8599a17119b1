import { describe, expect, test } from 'vitest';
import {
  restartedFrom,
  stepOf,
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

test('unfinished are those that run or wait for people, and no others', () => {
  let list = planned('a.done', 'b.runs', 'c.waits', 'd.pending', 'e.failed');
  list = end(begin(list, 'a.done', 0), 'a.done', 1);
  list = begin(list, 'b.runs', 1);
  list = begin(list, 'c.waits', 1);
  list = withWaiting(list, stepOf(list, 'c.waits', ''));
  list = withEnded(list, stepOf(list, 'e.failed', ''), { state: 'failed', summary: '', at: at(2) });
  expect(unfinished(list).map(({ id }) => id)).toEqual(['b.runs', 'c.waits']);
});
