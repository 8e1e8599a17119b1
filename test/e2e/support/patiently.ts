import { vi } from 'vitest';
import type { GateStatus, RunResult, RunStatus } from '../../../src/domain/run/status.ts';
import type { TestRun } from './runs.ts';

/** Many runs at once share one worker: they are asked less often than one alone would be. */
const every = { timeout: 240_000, interval: 500 };

/** Polls the status until it is so. Fails at once where the run has ended otherwise. */
export async function patiently(
  run: TestRun,
  what: string,
  holds: (status: RunStatus) => boolean,
): Promise<RunStatus> {
  const found = await vi.waitFor(async () => {
    const now = await run.status();
    if (holds(now)) return now;
    const problem = new Error(`${now.run} does not ${what}: ${inShort(now)}`);
    if (now.outcome !== undefined) return problem;
    throw problem;
  }, every);
  if (found instanceof Error) throw found;
  return found;
}

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
    .waitFor(async () => {
      const { status } = await run.handle.describe();
      if (status.name === 'RUNNING') throw new Error('it still runs');
    }, every)
    .catch(async () => {
      const now = await run.status();
      throw new Error(`${now.run} does not end: ${inShort(now)}`);
    });
  return run.result();
}

function inShort({ outcome, phase, steps, gates, reason }: RunStatus): string {
  const last = steps.findLast(({ state }) => state !== 'pending');
  const open = gates.map(({ id, statement }) => `${id} (${statement})`).join(', ');
  return `${outcome ?? phase}, ${last?.id ?? ''} ${last?.state ?? ''}: ${reason}; gates: ${open}`;
}
