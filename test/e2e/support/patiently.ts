import { vi } from 'vitest';
import type { GateStatus, RunResult, RunStatus } from '../../../src/domain/run/status.ts';
import type { TestRun } from './runs.ts';
import { inShort, statusThat } from './runs.ts';

/** Milliseconds; a loaded machine takes long. */
const patience = 240_000;

/** The status, once it is so. Fails at once where the run has ended otherwise. */
export const patiently = (
  { handle }: TestRun,
  what: string,
  holds: (status: RunStatus) => boolean,
): Promise<RunStatus> =>
  statusThat(handle, { what, holds, over: ({ outcome }) => outcome !== undefined, timeout: patience });

/** The gate, once it is open. */
export async function gateOf(run: TestRun, id: string): Promise<GateStatus> {
  const { gates } = await patiently(run, `wait at ${id}`, (now) => now.gates.some((gate) => gate.id === id));
  const gate = gates.find((each) => each.id === id);
  if (!gate) throw new Error(`gate ${id} is not there`);
  return gate;
}

/** What came of it. Asks only the server, for the worker has enough to do; a run that does not end says where it stands. */
export async function resultOf(run: TestRun): Promise<RunResult> {
  await vi
    .waitFor(
      async () => {
        const { status } = await run.handle.describe();
        if (status.name === 'RUNNING') throw new Error('it still runs');
      },
      { timeout: patience, interval: 200 },
    )
    .catch(async () => {
      const now = await run.status();
      throw new Error(`${now.run} does not end: ${inShort(now)}`);
    });
  return run.result();
}
