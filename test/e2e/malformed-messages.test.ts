import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MessageReply, RunStatus } from '../../src/domain/run/status.ts';
import { healthyService } from './support/healthy-service.ts';
import { createTinyProduct } from './support/product.ts';
import type { RawMessage } from './support/raw-messages.ts';
import { json, malformed } from './support/raw-messages.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import { startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import type { WorkerProcess } from './support/worker.ts';
import { createWorld } from './support/world.ts';

const completed =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage
    .UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED;
const megabyte = 1024 * 1024;

const world = createWorld('messages');
let client: Client;
let run: TestRun;
let worker: WorkerProcess;
let startWorker: () => Promise<WorkerProcess>;

/** A run that has one gate behind it (staging failed once) and waits at another, where one of two has approved. */
beforeAll(async () => {
  const url = await healthyService(world);
  const health = { interval: '50ms', within: '20s' };
  const broken = world.within('broken');
  const tiny = createTinyProduct({
    directory: world.root,
    name: 'tiny',
    configure: () => ({
      environments: {
        staging: {
          url,
          health,
          script: { deploy: `[ -e '${broken}' ] || { touch '${broken}'; exit 1; }`, rollback: 'true' },
        },
        production: {
          url,
          health,
          script: { deploy: 'true', rollback: 'true' },
          approval: { from: ['managers'], quorum: 2 },
          monitor: { for: '200ms', every: '100ms' },
        },
      },
    }),
  });
  const { address } = await world.server();
  const connection = await Connection.connect({
    address,
    // The history to look at in the end holds many megabytes.
    channelArgs: { 'grpc.max_receive_message_length': 256 * megabyte },
  });
  world.onEnd(() => connection.close());
  client = new Client({ connection });
  startWorker = () => world.worker(['worker', address, world.data, tiny.config]);
  worker = await startWorker();
  run = await startRelease(client, 'tiny', '0.1.0');
  const failed = await run.until('fail on staging', ({ gates }) => gates.length > 0);
  await run.decide('retry', { by: 'bob', gate: failed.gates[0]?.id ?? '' });
  await run.until('wait for approval', ({ gates }) => gates.some((gate) => gate.id === 'production'));
  expect(await run.decide('approve', { by: 'alice' })).toMatchObject({ accepted: true });
}, 120_000);
afterAll(() => world.end());

/** A worker that has megabytes to read may take longer than a query waits. */
const status = (): Promise<RunStatus> => vi.waitFor(() => run.status(), { timeout: 45_000, interval: 500 });

const input = (message: RawMessage) =>
  message.payloads === undefined ? null : { payloads: [...message.payloads] };

async function signal(message: RawMessage): Promise<void> {
  await client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: run.handle.workflowId },
    signalName: message.kind,
    input: input(message),
    requestId: randomUUID(),
    identity: 'a test',
  });
}

async function update(message: RawMessage): Promise<MessageReply> {
  const { outcome } = await client.workflowService.updateWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: run.handle.workflowId },
    waitPolicy: { lifecycleStage: completed },
    request: {
      meta: { updateId: randomUUID(), identity: 'a test' },
      input: { name: message.kind, args: input(message) },
    },
  });
  const reply = outcome?.success?.payloads?.[0];
  return reply
    ? defaultPayloadConverter.fromPayload(reply)
    : { accepted: false, reason: outcome?.failure?.message ?? '' };
}

/** Whatever was sent, the run stands as before, and has not become large by what it keeps of it. */
async function waitsStill(now: RunStatus): Promise<void> {
  // A run that the server ended still answers queries.
  expect((await run.handle.describe()).status.name).toBe('RUNNING');
  expect(now.outcome).toBeUndefined();
  expect(now.paused).toBeUndefined();
  expect(now.gates.map(({ id, votes }) => [id, votes.map(({ by }) => by)])).toEqual([
    ['production', ['alice']],
  ]);
  expect(JSON.stringify(now).length).toBeLessThan(150_000);
}

describe('[PL-7] messages that nobody should send', () => {
  it('as signals: each of 600 is refused with a reason, and the run waits as before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(malformed, { minLength: 10, maxLength: 10 }), async (messages) => {
        const before = await status();
        for (const message of messages) await signal(message);
        const after = await status();
        expect(after.refusedCount - before.refusedCount).toBe(messages.length);
        const last = after.refused.slice(-messages.length);
        expect(last.map(({ kind }) => kind)).toEqual(messages.map(({ kind }) => kind));
        for (const { reason } of last) expect(reason).toMatch(/\S/);
        await waitsStill(after);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true },
    );
  }, 120_000);

  it('as updates: the sender is told why, and the run waits as before', async () => {
    await fc.assert(
      fc.asyncProperty(malformed, async (message) => {
        const before = await status();
        const reply = await update(message);
        expect(reply.accepted).toBe(false);
        expect(reply.reason).toMatch(/\S/);
        const after = await status();
        expect(after.refusedCount - before.refusedCount).toBe(1);
        await waitsStill(after);
      }),
      { numRuns: 100, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
    );
  }, 90_000);

  it.each([
    ['an unknown person', { by: 'mallory' }, /mallory is not known/],
    ['an unknown gate', { by: 'bob', gate: 'prod' }, /there is no gate "prod"/],
    ['another bundle', { by: 'bob', digest: 'f'.repeat(64) }, /names digest ffffffffffff/],
    ['twice', { by: 'alice' }, /alice has already decided/],
    ['too late', { by: 'bob', gate: 'staging-failed' }, /no longer open/],
    ['by who started the run', { by: 'carol' }, /carol (started this run|may not decide)/],
  ])('approve %s: %j is refused, as a signal and as an update', async (_, decision, reason) => {
    const message: RawMessage = { kind: 'approve', payloads: [json(decision)] };
    await signal(message);
    const seen = await status();
    expect(seen.refused.at(-1)).toMatchObject({
      kind: 'approve',
      by: decision.by,
      reason: expect.stringMatching(reason) as string,
    });
    expect(await update(message)).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(reason) as string,
    });
    await waitsStill(await status());
  });

  it('an unknown choice is refused with the choices there are', async () => {
    expect(await update({ kind: 'answer', payloads: [json({ by: 'bob', choice: 'maybe' })] })).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('approve, reject') as string,
    });
  });

  it('a megabyte of text is refused, wherever it stands', async () => {
    const long = 'x'.repeat(megabyte);
    const { refusedCount } = await status();
    for (const value of [
      { by: long },
      { by: 'bob', comment: long },
      { by: 'bob', [long]: 1 },
      [long],
      long,
    ]) {
      await signal({ kind: 'approve', payloads: [json(value)] });
    }
    const after = await status();
    expect(after.refusedCount).toBe(refusedCount + 5);
    await waitsStill(after);
  });

  it.each([1, 3])('signals and updates of %i megabytes do not end the run', async (megabytes) => {
    const { refusedCount } = await status();
    const comment = json({ by: 'bob', comment: 'x'.repeat(megabytes * megabyte) });
    const undecodable = { data: new Uint8Array(megabytes * megabyte) };
    for (const sent of [comment, undecodable]) {
      await signal({ kind: 'approve', payloads: [sent] });
      expect(await update({ kind: 'approve', payloads: [sent] })).toMatchObject({ accepted: false });
    }
    const after = await status();
    expect(after.refusedCount).toBe(refusedCount + 4);
    await waitsStill(after);
  });

  it('ten megabytes are refused by the connection', async () => {
    const message: RawMessage = {
      kind: 'approve',
      payloads: [json({ by: 'bob', comment: 'x'.repeat(10 * megabyte) })],
    };
    await expect(client.withDeadline(Date.now() + 5_000, () => signal(message))).rejects.toThrow(
      /larger than max|DEADLINE/,
    );
    await waitsStill(await status());
  }, 60_000);

  it('a thousand that came while no worker was there are refused by the next one', async () => {
    const { refusedCount } = await status();
    await worker.kill();
    const message: RawMessage = { kind: 'approve', payloads: [json({ by: 'mallory' })] };
    for (let sent = 0; sent < 1_000; sent += 50)
      await Promise.all(Array.from({ length: 50 }, () => signal(message)));
    worker = await startWorker();
    const after = await run.until('answer', () => true);
    expect(after.refusedCount).toBe(refusedCount + 1_000);
    await waitsStill(after);
  }, 120_000);

  it('after all of that no workflow task has failed, and a good approval takes the release to its end', async () => {
    expect(await failedTasks(run)).toEqual([]);
    await signal({ kind: 'approve', payloads: [json({ by: 'bob' })] });
    expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('the server refuses what comes after the end', async () => {
    await expect(signal({ kind: 'approve', payloads: [json({ by: 'bob' })] })).rejects.toThrow(
      /already completed/,
    );
  });
});
