import type { WorkflowHandle } from '@temporalio/client';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { flowNames } from '../../src/domain/flows/registry.ts';
import type { RunResult } from '../../src/domain/run/status.ts';
import type { AttackedWorld } from './support/attacked-world.ts';
import { createAttackedWorld } from './support/attacked-world.ts';
import { generatedInputs } from './support/how-many.ts';
import { evilConfig } from './support/evil-config.ts';

/** Whoever may write to the namespace starts workflows of Sluice’s. */
let world: AttackedWorld;
let evil: ReturnType<typeof evilConfig>;
beforeAll(async () => {
  world = await createAttackedWorld();
  evil = evilConfig(world.canaries);
});
afterAll(() => world.end());
afterEach(() => {
  expect(world.canaries.seen()).toEqual([]);
});

describe('workflows that somebody starts', () => {
  const start = (type: string, id: string, args: readonly unknown[]) =>
    world.client.workflow.start(type, { taskQueue, workflowId: id, args: [...args] });
  /** How it ended; undefined while it goes on. */
  const ended = async (handle: WorkflowHandle): Promise<string | undefined> => {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') return undefined;
    return handle.result().then(
      (result) => (result as Partial<RunResult> | undefined)?.reason ?? JSON.stringify(result ?? null),
      (error: unknown) => String((error as { cause?: unknown }).cause ?? error),
    );
  };
  const types = [...flowNames, 'notification', 'inquiry', 'environmentLock'];

  it('with cunning inputs end at once, with a reason', async () => {
    const { config, digest } = evil;
    const own = (json: string): unknown => JSON.parse(json);
    const cunning: readonly (readonly unknown[])[] = [
      [],
      [null],
      [1e99],
      ['shop'],
      [[{ product: 'shop' }]],
      [{ product: '__proto__' }],
      [{ product: 'constructor' }],
      [own('{"__proto__":{"product":"shop"}}')],
      [own('{"product":"shop","__proto__":{"by":"alice"}}')],
      [{ product: 'shop', config, digest }],
      [{ product: 'shop', environment: '__proto__' }],
      [{ product: 'shop', environment: null }],
      [{ kind: 'history', limit: 1e99 }],
      [{ kind: 'history', limit: 'ten' }],
      [{ kind: 'history', limit: null }],
      [{ kind: 'constructor' }],
      [config.notifications, { key: 'k', event: 'issue', title: 't', body: 'b', links: [] }],
      [
        {
          product: 'shop',
          configuration: digest,
          channels: config.notifications,
          message: { key: 'k', event: 'issue', run: 'r', product: 'shop', title: 't', body: 'b', links: [] },
        },
      ],
      ['shop', '__proto__', []],
      ['shop', 'production', [{ run: 'x', runId: 'y', emergency: true, config }]],
    ];
    const handles = await Promise.all(
      types.flatMap((type) => cunning.map((args, index) => start(type, `cunning/${type}/${index}`, args))),
    );
    await vi.waitFor(
      async () => {
        const ends = await Promise.all(handles.map(ended));
        const open = handles.filter((_, index) => ends[index] === undefined);
        expect(open.map(({ workflowId }) => workflowId)).toEqual([]);
      },
      { timeout: 150_000, interval: 500 },
    );
    const reasons = await Promise.all(handles.map(ended));
    for (const [index, reason] of reasons.entries())
      expect(`${handles[index]?.workflowId ?? ''}: ${reason ?? ''}`).toMatch(
        /invalid input|must be|not a field|is missing|could not be decoded|there is no/i,
      );
  }, 180_000);

  it(`with ${generatedInputs} generated inputs end at once as well`, async () => {
    const inputs = fc.sample(
      fc.tuple(
        // Those that end without a record of a run are asked more often: they are quick.
        fc.oneof(
          { weight: 1, arbitrary: fc.constantFrom<string>(...flowNames) },
          { weight: 4, arbitrary: fc.constantFrom('notification', 'inquiry', 'environmentLock') },
        ),
        fc.array(
          fc.oneof(
            fc.jsonValue({ maxDepth: 3 }),
            fc.record(
              {
                product: fc.oneof(fc.constantFrom('__proto__', 'evil', ''), fc.jsonValue({ maxDepth: 1 })),
                environment: fc.jsonValue({ maxDepth: 1 }),
                kind: fc.constantFrom('account', 'beyond', 'history', 'preview', 'evil'),
                configuration: fc.constantFrom(evil.digest, world.digest, evil.config),
                channels: fc.constantFrom(evil.config.notifications, [0], [1e99]),
                message: fc.jsonValue({ maxDepth: 2 }),
                limit: fc.jsonValue({ maxDepth: 1 }),
              },
              { requiredKeys: [] },
            ),
          ),
          { maxLength: 3 },
        ),
      ),
      { numRuns: generatedInputs, seed: 9 },
    );
    for (let from = 0; from < inputs.length; from += 50)
      await Promise.all(
        inputs
          .slice(from, from + 50)
          .map(([type, args], index) => start(type, `generated/${from + index}`, args)),
      );
    await vi.waitFor(
      async () => {
        const { count } = await world.client.workflow.count(
          // Names of a product and an environment are all that a lock needs to wait for somebody who wants it.
          'ExecutionStatus = "Running" AND WorkflowType != "environmentLock"',
        );
        expect(count).toBe(0);
      },
      { timeout: 150_000, interval: 500 },
    );
  }, 300_000);
});
