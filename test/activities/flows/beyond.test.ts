import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld, foreignCommit, stagingAndProduction } from '../support.ts';

let world: ActivityWorld;
beforeEach(async () => {
  world = await createActivityWorld();
  await world.configure(stagingAndProduction);
});
afterEach(() => world.end());

const beyond = (commit: string, product = 'shop') =>
  world.attempt((activities) => activities.inquire({ kind: 'beyond', product, commit })).outcome;

describe('what main has and a commit does not', () => {
  it('is listed as a release would, newest first, with its number at every size', async () => {
    const commit = await world.sandbox.commit('feat: totals', { 'totals.txt': 't' });
    expect(await beyond(commit)).toEqual({ kind: 'beyond', changes: [], total: 0 });
    const side = await foreignCommit(world.sandbox);
    for (let at = 1; at <= 103; at += 1)
      await world.sandbox.git(['commit', '--quiet', '--allow-empty', '-m', `fix: the price of ${at}`]);
    await world.sandbox.git(['push', '--quiet', 'origin', 'main']);
    const answer = await beyond(commit);
    if (answer.kind !== 'beyond') throw new Error(answer.kind);
    const { changes, total } = answer;
    expect([changes[0], changes.length, total]).toEqual(['fix: the price of 103', 100, 103]);
    expect(await beyond(side)).toMatchObject({ total: 103 });
  });

  it.each([
    ['a commit that is none', 'f'.repeat(40), 'shop', /has no branch, tag or commit 'f+'/],
    ['what is no hash', '--all', 'shop', /"commit" must be a full hash/],
    ['a product that nobody knows', 'f'.repeat(40), 'cart', /cart/],
  ])('of %s is refused at once', async (_, commit, product, reason) => {
    const error = await beyond(commit, product).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ message: expect.stringMatching(reason) as string, nonRetryable: true });
  });
});
