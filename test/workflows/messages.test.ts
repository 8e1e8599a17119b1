import type { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageKinds } from '../../src/domain/run/messages.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { lockSignalName } from '../../src/workflows/messages.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import type { Flow, Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

type Payload = temporal.api.common.v1.IPayload;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const payload = (encoding: string, data: string): Payload => ({
  metadata: { encoding: bytes(encoding) },
  data: bytes(data),
});
const json = (value: unknown): Payload => payload('json/plain', JSON.stringify(value));

const malformed: readonly (readonly [string, readonly Payload[]])[] = [
  ['nothing', []],
  ['null', [json(null)]],
  ['a text', [json('approve')]],
  ['a number', [json(7)]],
  ['a list', [json([{ by: 'alice' }])]],
  ['an empty object', [json({})]],
  ['wrong types', [json({ by: 7, gate: [], comment: {} })]],
  ['an unknown field', [json({ by: 'alice', wher: 'production' })]],
  ['json/protobuf', [payload('json/protobuf', '{"by":"alice"}')]],
  ['binary/protobuf', [payload('binary/protobuf', 'xx')]],
  ['broken JSON', [payload('json/plain', '{"by":"ali')]],
  ['an unknown encoding', [payload('text/morse', '... --- ...')]],
  ['bytes', [payload('binary/plain', 'approve')]],
  ['an empty payload', [{}]],
  ['no metadata', [{ data: bytes('{"by":"alice"}') }]],
  ['six arguments that can not be decoded', Array.from({ length: 6 }, () => payload('json/plain', '{'))],
  ['the mark of what can not be decoded', [json({ __sluiceUndecodable: { a: 1 } })]],
  ['a prototype', [payload('json/plain', '{"__proto__":{"by":"alice"},"constructor":1}')]],
  ['a comment of a megabyte', [json({ by: 'alice', comment: 'x'.repeat(1_000_000) })]],
  [
    'a flood of proofs',
    [
      json({
        by: 'alice',
        proof: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`p${n}`, 'y'.repeat(5_000)])),
      }),
    ],
  ],
];

async function signal(flow: Flow, signalName: string, payloads: readonly Payload[]): Promise<void> {
  await on.client.workflowService.signalWorkflowExecution({
    namespace: on.client.options.namespace,
    workflowExecution: { workflowId: flow.handle.workflowId },
    signalName,
    input: { payloads: [...payloads] },
  });
}

describe('[PL-7] malformed signals', () => {
  it('of every kind are refused with a reason, shown and counted, and the run goes on', async () => {
    const world = on.world();
    const flow = await on.start(world);
    await flow.gate('production');
    for (const kind of messageKinds) for (const [, payloads] of malformed) await signal(flow, kind, payloads);
    const count = messageKinds.length * malformed.length;
    const status = await flow.until((now) => now.refusedCount === count);
    expect(status.refused).toHaveLength(50);
    expect(
      status.refused.every((message) => message.reason.length > 10 && message.reason.length < 1_000),
    ).toBe(true);
    expect(status.gates).toHaveLength(1);
    expect(status.decisions).toEqual([]);
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(await failedTasks(flow)).toEqual([]);
  });

  it('as updates get the reason as their answer, or are turned away', async () => {
    const world = on.world();
    const flow = await on.start(world);
    await flow.gate('production');
    for (const args of [
      [],
      [null],
      ['approve'],
      [[]],
      [{ by: 'alice', gate: 7 }],
      [{ by: 'alice' }, 2],
      [{ by: '' }],
    ]) {
      expect(await flow.tell('approve', ...args)).toMatchObject({
        accepted: false,
        reason: expect.any(String) as string,
      });
    }
    await flow.approve();
    await flow.result();
    expect(await failedTasks(flow)).toEqual([]);
  });

  it('under names that nobody knows, and in the name of a lock, change nothing', async () => {
    const world = on.world();
    const held = world.hold('readiness.unit');
    const flow = await on.start(world);
    await held.reached;
    for (const [, payloads] of malformed) {
      await signal(flow, lockSignalName, payloads);
      await signal(flow, 'nonsense', payloads);
    }
    // Nobody asked for production yet: a grant that somebody made up is not taken.
    await signal(flow, lockSignalName, [json({ environment: 'production', position: 0, behind: '' })]);
    await signal(flow, lockSignalName, [json({ environment: 'staging', position: 'x', wanted: true })]);
    held.release();
    await flow.approve();
    expect(await flow.result()).toMatchObject({ outcome: 'succeeded' });
    expect(await failedTasks(flow)).toEqual([]);
  });

  it('that start a run end it as failed, with the reason', async () => {
    on.accept('undecodable');
    await on.client.workflowService.startWorkflowExecution({
      namespace: on.client.options.namespace,
      workflowId: 'release/undecodable/1',
      workflowType: { name: 'release' },
      taskQueue: { name: taskQueue },
      requestId: 'undecodable',
      input: { payloads: [payload('json/protobuf', '{"product":"shop"}')] },
    });
    const result = (await on.client.workflow.getHandle('release/undecodable/1').result()) as {
      outcome: string;
      reason: string;
    };
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('could not be decoded') as string,
    });
  });

  it('and a flood of long comments does not make the record too big to be written', async () => {
    const world = on.world();
    const flow = await on.start(world);
    await flow.gate('production');
    const count = 300;
    const comment = 'é'.repeat(7_900);
    for (let n = 0; n < count; n += 1) await signal(flow, 'comment', [json({ by: 'bob', comment })]);
    await flow.until((status) => status.decisions.length === 200);
    await flow.say('reject', { by: 'alice' });
    expect(await flow.result()).toMatchObject({ outcome: 'rejected' });
    expect(world.ledger.filter((line) => line.kind === 'decision')).toHaveLength(count + 1);
    expect(await failedTasks(flow)).toEqual([]);
  });
});
