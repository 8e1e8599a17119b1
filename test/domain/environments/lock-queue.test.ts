import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LockQueue, LockRequest } from '../../../src/domain/environments/lock-queue.ts';
import {
  enqueue,
  leave,
  newsOf,
  placeOf,
  readLockRequest,
  told,
} from '../../../src/domain/environments/lock-queue.ts';

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

describe('[PL-8] what arrives at a lock', () => {
  const asked = { run: 'release/shop/1', runId: 'r1', emergency: false };
  it.each<[unknown, LockRequest | undefined]>([
    [{ run: 'release/shop/1', runId: 'r1' }, asked],
    [
      { ...asked, emergency: true },
      { ...asked, emergency: true },
    ],
    [
      { ...asked, yields: true },
      { ...asked, yields: true },
    ],
    // Only what is true is so.
    [{ ...asked, emergency: 'true', yields: 1 }, asked],
    [{ ...asked, yields: false }, asked],
    // A place in the queue is nothing that anybody brings.
    [{ ...asked, place: { position: 0, behind: '' }, wanted: true }, asked],
    [{ ...asked, run: '' }, undefined],
    [{ ...asked, runId: '' }, undefined],
    [{ ...asked, run: 7 }, undefined],
    [{ ...asked, runId: null }, undefined],
    [{ run: 'release/shop/1' }, undefined],
    [{}, undefined],
    [null, undefined],
    [undefined, undefined],
    ['release/shop/1', undefined],
    [7, undefined],
  ])('%j is read as %j', (value, request_) => {
    expect(readLockRequest(value)).toEqual(request_);
  });
});

describe('[PL-8] the order of the queue', () => {
  const queue = [request('a'), request('b', { emergency: true }), request('c')];
  it.each<[string, LockQueue, LockRequest, string[]]>([
    ['an ordinary one last', queue, request('d'), ['a', 'b', 'c', 'd']],
    ['an emergency after those before it', queue, request('d', { emergency: true }), ['a', 'b', 'd', 'c']],
    [
      'an emergency first of those who wait',
      [request('a'), request('c')],
      request('d', { emergency: true }),
      ['a', 'd', 'c'],
    ],
    ['an emergency never before the holder', [request('a')], request('d', { emergency: true }), ['a', 'd']],
    ['an emergency where nobody is', [], request('d', { emergency: true }), ['d']],
    ['one that yields, where nobody is', [], request('d', { yields: true }), ['d']],
    ['one that yields, nowhere else', queue, request('d', { yields: true }), ['a', 'b', 'c']],
    [
      'an emergency that yields, nowhere else',
      queue,
      request('d', { yields: true, emergency: true }),
      ['a', 'b', 'c'],
    ],
    ['who is there already, no further', queue, request('c', { emergency: true }), ['a', 'b', 'c']],
    ['another run of the same name, on its own', queue, request('c', { runId: '2' }), ['a', 'b', 'c', 'c']],
  ])('%s', (_, before, asks, after) => {
    expect(runs(enqueue(before, asks))).toEqual(after);
  });

  it('only the run itself leaves, and not one that had its name before', () => {
    expect(runs(leave(queue, request('b')))).toEqual(['a', 'c']);
    expect(leave(queue, request('b', { runId: '2' }))).toEqual(queue);
    expect(leave(queue, request('x'))).toEqual(queue);
  });

  it('the first one has it, and everybody knows whom they are behind', () => {
    expect(placeOf(queue, request('a'))).toEqual({ granted: true, position: 0, behind: '' });
    expect(placeOf(queue, request('c'))).toEqual({ granted: false, position: 2, behind: 'b' });
    expect(placeOf(queue, request('c', { runId: '2' }))).toBeUndefined();
  });

  it('nobody is told twice, and everybody is told when it changes', () => {
    const news = newsOf(queue);
    expect(news.map(({ to, what }) => [to.run, what])).toEqual([
      ['a', { position: 0, behind: '' }],
      ['b', { position: 1, behind: 'a' }],
      ['c', { position: 2, behind: 'b' }],
    ]);
    const known = news.reduce(told, queue);
    expect(newsOf(known)).toEqual([]);
    // The place is the same; it is behind another one.
    const other = known.map((entry) =>
      entry.run === 'b' ? { ...request('x'), place: entry.place! } : entry,
    );
    expect(newsOf(other).map(({ to }) => to.run)).toEqual(['c']);
    expect(newsOf(leave(known, request('a'))).map(({ to, what }) => [to.run, what])).toEqual([
      ['b', { position: 0, behind: '' }],
      ['c', { position: 1, behind: 'b' }],
    ]);
  });

  it('only a holder that yields is asked to give back, once, and only while somebody waits', () => {
    const held = [request('a', { yields: true })].reduce<LockQueue>(enqueue, []);
    expect(wantedFrom(held)).toEqual([]);
    const wanted = enqueue(held, request('b'));
    expect(newsOf(wanted).at(-1)).toMatchObject({ to: { run: 'a' }, what: { wanted: true } });
    expect(wantedFrom(told(wanted, { to: request('a'), what: { wanted: true } }))).toEqual([]);
    expect(told(held, { to: request('x'), what: { wanted: true } })).toEqual(held);
  });
});
