import { createRequire } from 'node:module';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { NoWorker, type Sluice, Unanswered } from '../../src/client/index.ts';
import { updateIdOf } from '../../src/control/send.ts';
import type { RunStatus } from '../../src/domain/run/status.ts';
import type { TestServer } from '../support/temporal.ts';
import { connected } from './support/connected.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';

quietRuntime();

const require = createRequire(import.meta.url);

let server: TestServer;
let sluice: Sluice;
connected((to) => ({ server, sluice } = to));

const by = 'alice';

/** A run on a queue of its own, which nobody serves until the test does. */
async function slowRun(name: string) {
  const taskQueue = `slow-${name}-${process.pid}`;
  const run = `release/slow-${name}/v1.0.0`;
  const handle = await server.client.workflow.start('release', { taskQueue, workflowId: run });
  const serve = async (work: () => Promise<void>) => {
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      workflowsPath: require.resolve('./support/slow-run.ts'),
    });
    await worker.runUntil(work);
  };
  const decisions = async () => (await handle.query<RunStatus>('status')).decisions.length;
  return { run, handle, serve, decisions };
}

describe('[PL-4] a decision that nobody answers', () => {
  it('is not sent where no worker is there, so that it can not act later', async () => {
    const { run, handle, serve, decisions } = await slowRun('absent');
    const sent = sluice.send('pause', run, { by }, { timeout: 1_000 });
    await expect(sent).rejects.toThrow(NoWorker);
    await expect(sent).rejects.toThrow(
      `pause was not sent to ${run}: no Sluice worker answers. Start one with sluice up or sluice worker, then try again.`,
    );
    await serve(async () => {
      await handle.signal('answer');
      await expect(sluice.send('pause', run, { by })).resolves.toMatchObject({ reason: 'decision 1' });
      expect(await decisions()).toBe(1);
      await handle.signal('end');
      await handle.result();
    });
  });

  it('is said to be unknown once it was sent, and sent again it is the same one', async () => {
    const { run, handle, serve, decisions } = await slowRun('busy');
    await serve(async () => {
      for (const _ of ['first', 'again']) {
        const sent = sluice.send('pause', run, { by, comment: 'lunch' }, { timeout: 1_500 });
        await expect(sent).rejects.toThrow(Unanswered);
        await expect(sent).rejects.toThrow(
          `it is not known whether it was taken, and it may still be. Look with sluice show ${run}`,
        );
      }
      await handle.signal('answer');
      await expect.poll(decisions).toBe(1);
      // The run has handled it: the same words are a new decision now.
      await expect(sluice.send('pause', run, { by, comment: 'lunch' })).resolves.toMatchObject({
        accepted: true,
        reason: 'decision 2',
      });
      await handle.signal('end');
      await handle.result();
    });
    const { events } = await handle.fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toHaveLength(2);
  });
});

describe('[PL-4] what tells decisions apart', () => {
  const status = { decisions: [], refusedCount: 0 };
  const paused = { kind: 'pause', by, at: '2026-03-03T06:30:00.000Z', reason: 'paused' } as const;
  const id = updateIdOf('pause', { by }, status);

  it('the same before the run has handled anything', () => {
    expect(updateIdOf('pause', { by }, { ...status })).toBe(id);
    expect(id.length).toBeLessThan(60);
  });

  it.each([
    ['another kind', updateIdOf('resume', { by }, status)],
    ['somebody else', updateIdOf('pause', { by: 'bob' }, status)],
    ['another digest', updateIdOf('pause', { by, digest: 'abc' }, status)],
    ['another comment', updateIdOf('pause', { by, comment: 'lunch' }, status)],
    ['after a decision', updateIdOf('pause', { by }, { ...status, decisions: [paused] })],
    ['after a refusal', updateIdOf('pause', { by }, { ...status, refusedCount: 1 })],
  ])('%s', (_, other) => {
    expect(other).not.toBe(id);
  });

  it('also where the list of decisions has its full length', () => {
    const later = { ...paused, at: '2026-03-03T06:31:00.000Z' };
    expect(updateIdOf('pause', { by }, { ...status, decisions: [later] })).not.toBe(
      updateIdOf('pause', { by }, { ...status, decisions: [paused] }),
    );
  });
});
