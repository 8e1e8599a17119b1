import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const {
  WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND: forceClosed,
  WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND: messageAtTheEnd,
} = temporal.api.enums.v1.WorkflowTaskFailedCause;

/**
 * What the server refuses a task for without the run being at fault. Either way it gives the task out again: with all messages that
 * came while it was under way, be they too many for it, or one that came when the task was about to end the run and nobody had read it.
 */
const nobodysFault: readonly unknown[] = [forceClosed, messageAtTheEnd];

/** Why workflow tasks of a run failed: a run that is wedged has one after the other. */
export async function failedTasks({
  handle,
}: {
  readonly handle: Pick<WorkflowHandle, 'fetchHistory'>;
}): Promise<readonly string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    const failed = event.workflowTaskFailedEventAttributes;
    return failed && !nobodysFault.includes(failed.cause)
      ? [failed.failure?.message ?? 'a workflow task failed']
      : [];
  });
}
