import { join } from 'node:path';
import { setTimeout as really } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { TimeSkippingWorkflowClient } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { quietRuntime } from '../support/quiet-runtime.ts';
import type { LeapingServer } from '../support/temporal.ts';
import { leapingServer } from '../support/temporal.ts';
import type * as workflows from './support/clock-workflows.ts';
import { LeapingClock } from './support/leaping-clock.ts';

/** How the time-skipping server comes to stop its clock for good, and what the tests of the flows do about it. */
quietRuntime();
const taskQueue = 'clock';
let server: LeapingServer;
/** Time leaps while somebody waits for a result by this one. */
let client: TimeSkippingWorkflowClient;
let stop: () => Promise<void>;
let runs = 0;

beforeAll(async () => {
  server = await leapingServer();
  client = server.leaping;
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue,
    workflowsPath: join(import.meta.dirname, 'support/clock-workflows.ts'),
    activities: { takesAMoment: () => really(300) },
  });
  const ended = worker.run();
  stop = async () => {
    worker.shutdown();
    await ended;
    await server.stop();
  };
});
afterAll(() => stop());

const start = (type: keyof typeof workflows): Promise<WorkflowHandle> => {
  runs += 1;
  return client.start(type, { taskQueue, workflowId: `clock-${runs}` });
};

/** Whether it ends before so many real milliseconds have passed. */
const within = (ms: number, result: Promise<unknown>): Promise<boolean> =>
  Promise.race([result.then(() => true), really(ms, false)]);

const letGo = () => server.clock.unlockTimeSkipping({});

async function childHasEnded(parent: WorkflowHandle): Promise<void> {
  const child = client.getHandle((await parent.result()) as string);
  await vi.waitFor(async () => expect((await child.describe()).status.name).toBe('COMPLETED'), {
    timeout: 20_000,
  });
}

describe("the test server's clock", () => {
  // Fails once the server has been mended: then `settle` can go.
  it('stands still once a child has ended after its parent, until somebody lets go of it', async () => {
    await childHasEnded(await start('leavesChild'));
    const result = (await start('sleeps')).result();
    expect(await within(3_000, result)).toBe(false);
    await letGo();
    await result;
  });

  it('leaps again after such a child, once the runs before have been settled', async () => {
    const clock = new LeapingClock(server);
    const parent = await start('leavesChild');
    clock.started(parent);
    await childHasEnded(parent);
    await clock.settle();
    await (await start('sleeps')).result();
  });

  it('is let go of by who waits patiently, where it is held once too often', async () => {
    await server.clock.lockTimeSkipping({});
    const run = await start('sleeps');
    const result = run.result();
    expect(await within(3_000, result)).toBe(false);
    await new LeapingClock(server, 500).patiently(run, result);
    await (await start('sleeps')).result();
  });
});
