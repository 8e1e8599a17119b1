import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readStatus } from '../../src/control/status.ts';
import { refusalOfOlderRun } from '../../src/domain/run/history-line.ts';
import { payloadConverterPath, workflowBundle } from '../../src/workers/workflow-code.ts';
import type { Flows } from '../workflows/support/flows.ts';
import { flows } from '../workflows/support/flows.ts';
import { readHistory } from './support/history-file.ts';

/** A release under 0.2 that waited for its approval. */
const older = readHistory(
  'release-waiting-of-0.2.json',
  readFileSync(join(import.meta.dirname, 'older/release-waiting-of-0.2.json'), 'utf8'),
);

describe('a run that an earlier version began', () => {
  it.each([
    [undefined, /begun before 0\.3/],
    ['0.2', /begun under 0\.2/],
    [7, /begun before 0\.3/],
    ['9'.repeat(500), /begun under 9{20},/],
  ])('is told apart by what its first answer says: %s', (line, reason) => {
    expect(refusalOfOlderRun(line)).toMatch(reason);
    expect(refusalOfOlderRun(line)).toMatch(/finish it with a worker of the version that began it/);
  });

  it('is this version’s own where it says so', () => {
    expect(refusalOfOlderRun('0.3')).toBeUndefined();
  });

  it('is refused in clear words when its history is replayed, and not by a puzzle of commands that do not match', async () => {
    const results = Worker.runReplayHistories(
      { workflowBundle: await workflowBundle(), dataConverter: { payloadConverterPath } },
      [older],
    );
    for await (const { error } of results) {
      expect(error?.message).toMatch(/begun before 0\.3, and Sluice 0\.3 does not go on with it/);
    }
  });
});

describe('on a real server, such a run', () => {
  let on: Flows;
  beforeAll(async () => {
    on = await flows({ server: 'real' });
  });
  afterAll(() => on.close());

  it('stands as it is, does nothing, and says why to whoever asks for its state', async () => {
    const world = on.world();
    world.line = undefined;
    const flow = await on.start(world);
    const run = flow.handle.workflowId;
    const asked = () => readStatus(on.client, on.client.connection as Connection, run, 'not asked', 1_000);
    // Before its first answer has come it is a run like any other.
    await vi.waitFor(
      () =>
        expect(asked()).rejects.toMatchObject({
          code: 'run-stuck',
          message: expect.stringMatching(/can't go on: This run was begun before 0\.3/) as string,
        }),
      { timeout: 20_000, interval: 100 },
    );
    const { status } = await flow.handle.describe();
    expect(status.name).toBe('RUNNING');
    expect(world.log).toEqual([]);
  });
});
