import { setTimeout as really } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { vi } from 'vitest';
import type { LeapingServer } from '../../support/temporal.ts';

/** So many looks in a row at a run that takes long nothing may have happened at. */
const looks = 4;

/**
 * The clock of the time-skipping test server, kept from standing still. The server counts who holds it: an activity from its start to
 * its end, a task of a workflow, the test while it waits for nothing. At zero, time leaps. To let go at zero is an error, on which the
 * server drops whatever was to come with it – an update, the end of a task – and when the one that was let go too early comes back, it
 * is held by one too many, for good (sdk-java#2246). Both of the ways there that these tests have are closed here:
 *
 * - An activity that ends while its sleep goes on: its sleep has let go for it, and its end lets go again. `sleep` ends before its activity does.
 * - A child that ends after its parent: it holds the clock while it tells a parent that isn't there. `settle` lets go for it.
 *
 * Should it stand still all the same, `patiently` says so and lets go once, instead of a test that hangs.
 */
export class LeapingClock {
  private readonly server: LeapingServer;
  private running = 0;
  private runs: WorkflowHandle[] = [];

  private readonly between: number;

  /** @param between real milliseconds from one look at a run that takes long to the next */
  constructor(server: LeapingServer, between = 3_000) {
    this.server = server;
    this.between = between;
  }

  /** Counts an activity for as long as it runs. */
  async during<T>(activity: () => Promise<T>): Promise<T> {
    this.running += 1;
    try {
      return await activity();
    } finally {
      this.running -= 1;
    }
  }

  /** Within an activity. One that is cancelled is woken at once. */
  async sleep(ms: number): Promise<void> {
    const sleeping = this.server.sleep(ms);
    try {
      await Promise.race([sleeping, Context.current().cancelled]);
    } catch (cancelled) {
      const woken = await this.letGo();
      await sleeping;
      if (woken) await this.server.clock.lockTimeSkipping({});
      throw cancelled;
    }
  }

  /** Before another run starts: those that have ended no longer hold the clock. */
  async settle(): Promise<void> {
    const open: WorkflowHandle[] = [];
    for (const run of this.runs) {
      if ((await run.describe()).status.name === 'RUNNING') open.push(run);
      else for (const child of await unheard(run)) if (await ended(child)) await this.letGo();
    }
    this.runs = open;
  }

  started(run: WorkflowHandle): void {
    this.runs.push(run);
  }

  /** What lets time leap until it comes; lets go of a clock that stands still though nothing happens for long. */
  async patiently<T>(run: WorkflowHandle, wanted: Promise<T>): Promise<T> {
    const came = wanted.then(
      () => true,
      () => true,
    );
    let quiet = 0;
    for (let seen = -1; ;) {
      const before = await this.server.now();
      if (await Promise.race([came, really(this.between, false)])) return wanted;
      const leapt = (await this.server.now()) - before > 2 * this.between;
      const { historyLength } = await run.describe();
      quiet = leapt || this.running > 0 || historyLength !== seen ? 0 : quiet + 1;
      seen = historyLength;
      if (quiet < looks) continue;
      process.stderr.write(`the test server's clock stood still for ${run.workflowId}\n`);
      await this.letGo();
      quiet = 0;
    }
  }

  /** @returns false where nobody holds it */
  private letGo(): Promise<boolean> {
    return this.server.clock.unlockTimeSkipping({}).then(
      () => true,
      () => false,
    );
  }
}

/** Whether a notification was delivered; one that is tried again and again doesn't hold the clock. */
function ended(child: WorkflowHandle): Promise<boolean> {
  const look = async () => {
    const { status } = await child.describe();
    if (status.name === 'RUNNING') throw new Error(`${child.workflowId} is still being delivered`);
  };
  return vi.waitFor(look, { timeout: 3_000, interval: 10 }).then(
    () => true,
    () => false,
  );
}

/** The notifications of a run whose end it did not live to see. */
async function unheard(run: WorkflowHandle): Promise<WorkflowHandle[]> {
  const { events } = await run.fetchHistory();
  const heard = events?.map(
    (event) => event.childWorkflowExecutionCompletedEventAttributes?.workflowExecution?.runId,
  );
  return (events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: child }) => {
    const { workflowId, runId } = child?.workflowExecution ?? {};
    return workflowId && runId && !heard?.includes(runId) ? [run.client.getHandle(workflowId, runId)] : [];
  });
}
