import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LockQueue, LockRequest } from '../../src/domain/lock-queue.ts';
import { askedToYield, enqueue, leave, placeOf } from '../../src/domain/lock-queue.ts';

const request = (run: string, more: Partial<LockRequest> = {}): LockRequest => ({
  run,
  runId: '1',
  emergency: false,
  ...more,
});
const runs = (queue: LockQueue) => queue.map((entry) => entry.run);

describe('who holds an environment, and who waits', () => {
  it('[PL-8] lets one in, the others wait in order, emergencies first', () => {
    const queue = [
      request('a'),
      request('b'),
      request('c', { emergency: true }),
      request('d', { emergency: true }),
    ].reduce<LockQueue>(enqueue, []);
    expect(runs(queue)).toEqual(['a', 'c', 'd', 'b']);
    expect(placeOf(queue, request('b'))).toEqual({ granted: false, position: 3, behind: 'd' });
    expect(runs(leave(queue, request('a')))).toEqual(['c', 'd', 'b']);
  });

  it('[PL-8] a run that yields never queues, and is asked to give back once somebody waits', () => {
    const held = enqueue([], request('waits-for-approval', { yields: true }));
    expect(placeOf(held, request('waits-for-approval'))?.granted).toBe(true);
    expect(askedToYield(held)).toBeUndefined();
    expect(enqueue([request('a')], request('b', { yields: true }))).toEqual([request('a')]);
    const wanted = enqueue(held, request('hotfix', { emergency: true }));
    expect(askedToYield(wanted)?.run).toBe('waits-for-approval');
    expect(askedToYield([request('a'), request('b')])).toBeUndefined();
  });

  it('[PL-8] asking again changes nothing, and the holder is never pushed aside', () => {
    const entry = fc.record({
      run: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      runId: fc.constant('1'),
      emergency: fc.boolean(),
      yields: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        const queue = entries.reduce<LockQueue>(enqueue, []);
        expect(queue[0]).toEqual(entries[0]);
        expect(new Set(runs(queue)).size).toBe(queue.length);
        for (const each of queue) expect(enqueue(queue, each)).toEqual(queue);
      }),
    );
  });
});
