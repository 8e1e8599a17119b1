import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ActivityWorld } from './support.ts';
import { createActivityWorld, stagingAndProduction } from './support.ts';

let world: ActivityWorld;
beforeEach(async () => {
  world = await createActivityWorld();
  await world.configure(stagingAndProduction);
});
afterEach(() => world.end());

it('whoever provokes refusals does not fill the record, which is kept for ever', async () => {
  for (let tries = 1; tries <= 250; tries += 1) {
    const strange = { ...world.ref('production.look', tries), configuration: 'd'.repeat(64) };
    await expect(
      world.attempt((activities) => activities.whatRuns(strange, { environment: 'production' })).outcome,
    ).rejects.toMatchObject({ type: 'UnknownConfiguration' });
  }
  const account = await world.attempt((activities) => activities.inquire({ kind: 'account', run: 'test' }))
    .outcome;
  expect(account).toMatchObject({ kind: 'account' });
  expect((account as { lines: readonly unknown[] }).lines).toHaveLength(200);
});

it('an effect that no run asks for is refused: it would be whatever run it says', async () => {
  const alone = world.attempt(
    (activities) => activities.writeDocument(world.ref('notes'), { name: 'notes', text: 'x' }),
    { inWorkflow: false },
  );
  await expect(alone.outcome).rejects.toMatchObject({ type: 'InvalidInput', nonRetryable: true });
});
