import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LockQueue, LockRequest } from '../../../src/domain/environments/lock-queue.ts';
import { enqueue, leave, newsOf, placeOf, told } from '../../../src/domain/environments/lock-queue.ts';

const request = (run: string, more: Partial<LockRequest> = {}): LockRequest => ({
  run,
  runId: '1',
  emergency: false,
  ...more,
});
const wantedFrom = (queue: LockQueue) =>
  newsOf(queue)
    .filter(({ what }) => 'wanted' in what)
    .map(({ to }) => to.run);
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
    expect(wantedFrom(held)).toEqual([]);
    expect(enqueue([request('a')], request('b', { yields: true }))).toEqual([request('a')]);
    const wanted = enqueue(held, request('hotfix', { emergency: true }));
    expect(wantedFrom(wanted)).toEqual(['waits-for-approval']);
    expect(wantedFrom(newsOf(wanted).reduce(told, wanted))).toEqual([]);
    expect(wantedFrom([request('a'), request('b')])).toEqual([]);
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

  it('[PL-8] whatever happens between two looks, everybody is told the place they have then', () => {
    const run = fc.constantFrom('a', 'b', 'c', 'd');
    const event = fc.oneof(
      fc.record({ asks: run, emergency: fc.boolean(), yields: fc.boolean() }),
      fc.record({ leaves: run }),
      fc.constant('everybody is told' as const),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        let queue: LockQueue = [];
        const known = new Map<string, number>();
        const wanted = new Set<string>();
        const tellAll = () => {
          for (const news of newsOf(queue)) {
            if ('wanted' in news.what) wanted.add(news.to.run);
            else known.set(news.to.run, news.what.position);
            queue = told(queue, news);
          }
        };
        for (const each of events) {
          if (each === 'everybody is told') tellAll();
          else if ('leaves' in each) {
            queue = leave(queue, request(each.leaves));
            wanted.delete(each.leaves);
          } else {
            const asks = request(each.asks, each);
            queue = enqueue(queue, asks);
            const place = placeOf(queue, asks);
            if (!place) continue;
            known.set(each.asks, place.position);
            queue = told(queue, { to: asks, what: place });
          }
        }
        tellAll();
        expect(newsOf(queue)).toEqual([]);
        expect(queue.map((entry) => known.get(entry.run))).toEqual(queue.map((_, position) => position));
        if (queue[0]?.yields && queue.length > 1) expect(wanted).toContain(queue[0].run);
      }),
    );
  });
});
