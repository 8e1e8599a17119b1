import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { effectContext } from '../../src/activities/context.ts';
import { createTemporalLocks } from '../../src/adapters/temporal-locks.ts';
import type { LockReply } from '../../src/domain/environments/lock-queue.ts';
import { releaseFlow } from '../../src/domain/release/flow.ts';
import {
  lockAcquireName,
  lockIdOf,
  lockReleaseName,
  lockWorkflowType,
} from '../../src/domain/flows/workflow-ids.ts';
import { payloadConverterPath, workflowBundle } from '../../src/workers/workflow-code.ts';
import { lockSignalName } from '../../src/workflows/messages.ts';
import type { Flow, Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';

/** A machine may be busy. */
const slowly = { timeout: 20_000, interval: 50 };

/** A lock by itself: who asks are runs that nobody carries on, so that only what the lock tells them counts. */
describe('[PL-8] a lock', () => {
  let on: Flows;
  let stopWorker: () => Promise<void>;
  /** What a look at a holder waits for, where a test says so. */
  let looks: ((run: string) => Promise<boolean>) | undefined;
  let lockId: string;
  const served = 'lock-fairness';
  beforeAll(async () => {
    on = await flows();
    const worker = await Worker.create({
      connection: on.server.nativeConnection,
      taskQueue: served,
      workflowBundle: await workflowBundle(),
      activities: { isRunning: (run: string) => looks?.(run) ?? Promise.resolve(true) },
      dataConverter: { payloadConverterPath },
    });
    const ended = worker.run();
    stopWorker = async () => {
      worker.shutdown();
      await ended;
    };
  });
  afterAll(async () => {
    await stopWorker();
    await on.close();
  });
  let locks = 0;
  beforeEach(() => {
    locks += 1;
    looks = undefined;
    lockId = lockIdOf(`fair-${locks}`, 'staging');
  });
  let opened: WorkflowHandleWithFirstExecutionRunId[] = [];
  afterEach(async () => {
    const lock = on.client.workflow.getHandle(lockId);
    await Promise.all([...opened, lock].map((each) => each.terminate().catch(() => undefined)));
    opened = [];
  });

  async function somebody(name: string): Promise<WorkflowHandleWithFirstExecutionRunId> {
    // Any workflow will do that waits for what never comes.
    const handle = await on.client.workflow.start(lockWorkflowType, {
      taskQueue: served,
      workflowId: `${lockId}/${name}`,
      args: ['nothing', 'nowhere'],
    });
    opened.push(handle);
    return handle;
  }

  const who = ({ workflowId, firstExecutionRunId }: WorkflowHandleWithFirstExecutionRunId) => ({
    run: workflowId,
    runId: firstExecutionRunId,
  });

  async function ask(
    run: WorkflowHandleWithFirstExecutionRunId,
    more: { emergency?: boolean; yields?: boolean } = {},
  ): Promise<number> {
    const startWorkflowOperation = new WithStartWorkflowOperation(lockWorkflowType, {
      workflowId: lockId,
      args: ['fair', 'staging'],
      taskQueue: served,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const reply = await on.client.workflow.executeUpdateWithStart(lockAcquireName, {
      args: [{ ...who(run), ...more }],
      startWorkflowOperation,
    });
    return (reply as LockReply).position;
  }

  const leaves = (run: WorkflowHandleWithFirstExecutionRunId) =>
    on.client.workflow.getHandle(lockId).signal(lockReleaseName, who(run));

  /** What the lock has told a run, in order. */
  async function heard(run: WorkflowHandleWithFirstExecutionRunId): Promise<unknown[]> {
    const { events } = await run.fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
      signal?.signalName === lockSignalName
        ? [defaultPayloadConverter.fromPayload(signal.input!.payloads![0]!)]
        : [],
    );
  }

  /** Holds the next look at a holder. */
  function holdLook(): { readonly reached: Promise<void>; readonly free: (alive: boolean) => void } {
    const reached = Promise.withResolvers<void>();
    const free = Promise.withResolvers<boolean>();
    looks = () => {
      reached.resolve();
      return free.promise;
    };
    return { reached: reached.promise, free: free.resolve };
  }

  it('tells whoever asked while it looked at the holder, and while nobody can say whether that lives', async () => {
    const [a, b, c] = [await somebody('a'), await somebody('b'), await somebody('c')];
    expect([await ask(a), await ask(b)]).toEqual([0, 1]);
    const look = holdLook();
    await on.server.sleep(61_000);
    await look.reached;
    expect(await ask(c)).toBe(2);
    await leaves(b);
    await leaves(a);
    await expect.poll(() => heard(c), slowly).toContainEqual(expect.objectContaining({ position: 0 }));
    look.free(true);
    await leaves(c);
    await on.client.workflow.getHandle(lockId).result();
  });

  it('asks a holder that yields, whatever came and went before it was there', async () => {
    const [x, y, holder, waits] = await Promise.all(['x', 'y', 'holder', 'waits'].map(somebody));
    expect([await ask(x!), await ask(y!)]).toEqual([0, 1]);
    const look = holdLook();
    await on.server.sleep(61_000);
    await look.reached;
    await leaves(y!);
    await leaves(x!);
    expect([await ask(holder!, { yields: true }), await ask(waits!)]).toEqual([0, 1]);
    look.free(true);
    await expect.poll(() => heard(holder!), slowly).toContainEqual(expect.objectContaining({ wanted: true }));
  });

  it('passes a run over that ended while it waited, without waiting for a look', async () => {
    const [a, b, c] = [await somebody('a'), await somebody('b'), await somebody('c')];
    expect([await ask(a), await ask(b), await ask(c)]).toEqual([0, 1, 2]);
    await b.terminate('an accident');
    await leaves(a);
    await expect.poll(() => heard(c), slowly).toContainEqual(expect.objectContaining({ position: 0 }));
    expect(await on.client.workflow.getHandle(lockId).query('queue')).toMatchObject([who(c)]);
  });

  it('names the run it means: another one under the same name takes it for nothing', async () => {
    const [a, b] = [await somebody('a'), await somebody('b')];
    expect([await ask(a), await ask(b)]).toEqual([0, 1]);
    await leaves(a);
    await expect.poll(() => heard(b), slowly).toMatchObject([{ runId: b.firstExecutionRunId, position: 0 }]);
  });
});

describe('[PL-8] a release', () => {
  let on: Flows;
  beforeAll(async () => {
    on = await flows({ server: 'real' });
  });
  afterAll(() => on.close());

  const holdersOf = async (world: SimulatedWorld, environment: string): Promise<string[]> => {
    const lock = on.client.workflow.getHandle(lockIdOf(world.product, environment));
    return (await lock.query<{ run: string }[]>('queue').catch(() => [])).map((entry) => entry.run);
  };

  /** As if a run had given staging back, so that another one can come up to production. */
  const freeStaging = (world: SimulatedWorld, { handle }: Flow) =>
    on.client.workflow
      .getHandle(lockIdOf(world.product, 'staging'))
      .signal(lockReleaseName, { run: handle.workflowId, runId: handle.firstExecutionRunId });

  it('whose approval became void keeps nobody out of production until the next approval', async () => {
    const world = on.world();
    const first = await on.start(
      world,
      { version: '1.1.0' },
      releaseFlow.runId({ product: world.product, version: '1.1.0' }),
    );
    const before = await first.gate('production');
    const second = await on.start(
      world,
      { version: '1.2.0' },
      releaseFlow.runId({ product: world.product, version: '1.2.0' }),
    );
    await second.until((status) => status.queue?.environment === 'staging');
    world.branches.set(`release/${world.product}/v1.1.0`, 'd'.repeat(40));
    await first.say('approve', { by: 'alice' });
    await first.until((status) =>
      status.gates.some((gate) => gate.digest !== undefined && gate.digest !== before.digest),
    );
    await freeStaging(world, first);
    const monitor = world.hold('production.monitor');
    await second.approve();
    await monitor.reached;
    expect(await holdersOf(world, 'production')).toEqual([second.handle.workflowId]);
    monitor.release();
    expect(await second.result()).toMatchObject({ outcome: 'succeeded' });
    await first.say('approve', { by: 'bob' });
    expect(await first.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('whose approval became void lets the one in that has been waiting for production', async () => {
    const world = on.world();
    const first = await on.start(
      world,
      { version: '1.1.0' },
      releaseFlow.runId({ product: world.product, version: '1.1.0' }),
    );
    await first.gate('production');
    const second = await on.start(
      world,
      { version: '1.2.0' },
      releaseFlow.runId({ product: world.product, version: '1.2.0' }),
    );
    await second.until((status) => status.queue?.environment === 'staging');
    await freeStaging(world, first);
    await second.gate('production');
    const backup = world.hold('production.backup');
    await first.say('approve', { by: 'alice' });
    await backup.reached;
    await second.say('approve', { by: 'alice' });
    await second.until((status) => status.queue?.environment === 'production');
    world.branches.set(`release/${world.product}/v1.1.0`, 'd'.repeat(40));
    backup.release();
    expect(await second.result()).toMatchObject({ outcome: 'succeeded' });
    expect(await first.result()).toMatchObject({
      outcome: 'blocked',
      blockers: [expect.stringContaining('production runs v1.2.0 by now') as string],
    });
  });

  /** Puts a run back to its last task, and gives the execution that carries it on. */
  async function reset({ handle }: Flow): Promise<string> {
    const { events } = await handle.fetchHistory();
    const last = (events ?? []).findLast((event) => event.workflowTaskCompletedEventAttributes);
    const { runId } = await on.client.workflowService.resetWorkflowExecution({
      namespace: on.client.options.namespace,
      workflowExecution: { workflowId: handle.workflowId, runId: handle.firstExecutionRunId },
      workflowTaskFinishEventId: last!.eventId!,
      requestId: crypto.randomUUID(),
      reason: 'a test',
    });
    return runId;
  }

  it('that was reset still holds what it held, hears what it waits for, and repeats nothing', async () => {
    const world = on.world();
    const first = await on.start(world, {}, `release/${world.product}/1`);
    await first.gate('production');
    const second = await on.start(world, {}, `release/${world.product}/2`);
    await second.until((status) => status.queue?.environment === 'staging');
    const reached = await Promise.all([reset(first), reset(second)]);
    const locks = createTemporalLocks(() => on.client);
    const isRunning = ({ handle }: Flow) => locks.isRunning(handle.workflowId, handle.firstExecutionRunId);
    expect(reached).not.toContain(first.handle.firstExecutionRunId);
    expect([await isRunning(first), await isRunning(second)]).toEqual([true, true]);
    expect(await locks.isRunning(first.handle.workflowId, crypto.randomUUID())).toBe(false);

    // The latest executions: a handle of the first one would look at what the reset ended.
    const [one, two] = [first, second].map(({ handle }) => on.client.workflow.getHandle(handle.workflowId));
    await expect
      .poll(() => one!.query<{ gates: { id: string }[] }>('status').then(({ gates }) => gates), slowly)
      .toMatchObject([{ id: 'production' }]);
    await one!.executeUpdate('reject', { args: [{ by: 'alice' }] });
    expect(await one!.result()).toMatchObject({ outcome: 'rejected' });
    expect(await isRunning(first)).toBe(false);
    await expect
      .poll(() => two!.query<{ gates: { id: string }[] }>('status').then(({ gates }) => gates), slowly)
      .toMatchObject([{ id: 'production' }]);
    // Its effects are still those of the same run.
    const { events } = await two!.fetchHistory();
    const deploys = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: activity }) =>
      activity?.activityType?.name === 'deploy' ? [activity.input!.payloads![0]!] : [],
    );
    expect(deploys.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([
      expect.objectContaining({ step: 'staging.deploy', try: 1, run: second.handle.firstExecutionRunId }),
    ]);
    await two!.executeUpdate('reject', { args: [{ by: 'alice' }] });
    expect(await two!.result()).toMatchObject({ outcome: 'rejected' });
  });

  it('that was reset names its effects as before, so that a command that still runs is attached to', async () => {
    const key = (runId: string) =>
      new MockActivityEnvironment({
        workflowExecution: { workflowId: 'release/shop/v1.1.0', runId },
      }).run(() =>
        Promise.resolve(
          effectContext({ step: 'staging.deploy', try: 1, run: 'first', product: 'shop', configuration: '' })
            .key,
        ),
      );
    expect(await key('second')).toBe(await key('first'));
  });
});
