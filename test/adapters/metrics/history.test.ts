import { describe, expect, it } from 'vitest';
import { createHistory } from '../../../src/adapters/metrics/history.ts';

const times = (history: ReturnType<typeof createHistory>, over: number) =>
  history.within(over).map(({ at }) => at);

describe('createHistory', () => {
  it('gives those of the window, and forgets what no window looks back to', () => {
    const history = createHistory(60);
    for (const at of [0, 20, 40, 60, 80]) history.add({ at });
    expect(times(history, 40)).toEqual([40, 60, 80]);
    expect(times(history, 60)).toEqual([20, 40, 60, 80]);
    expect(times(history, 1_000)).toEqual([20, 40, 60, 80]);
  });

  it('gives the last two to those who look less often than the window is long', () => {
    const history = createHistory(60);
    expect(times(history, 60)).toEqual([]);
    history.add({ at: 0 });
    expect(times(history, 60)).toEqual([0]);
    history.add({ at: 500 });
    history.add({ at: 1_000 });
    expect(times(history, 60)).toEqual([500, 1_000]);
  });

  it('[BY-4] spans no outage that is longer than the window', () => {
    const history = createHistory(60);
    history.add({ at: 0 });
    history.interrupt();
    history.add({ at: 1_000 });
    expect(times(history, 60)).toEqual([1_000]);
    history.interrupt();
    history.add({ at: 1_030 });
    expect(times(history, 60)).toEqual([1_000, 1_030]);
  });

  it('begins anew where a reading does not follow on the one before it', () => {
    const history = createHistory<{ at: number; count: number }>(60, (before, after) =>
      after.count < before.count ? [{ at: before.at, count: 0 }] : undefined,
    );
    history.add({ at: 0, count: 5 });
    history.add({ at: 10, count: 9 });
    history.add({ at: 20, count: 2 });
    expect(history.within(60)).toEqual([
      { at: 10, count: 0 },
      { at: 20, count: 2 },
    ]);
  });
});
