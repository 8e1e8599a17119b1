import type { RollbackFacts } from './facts.ts';
import { renderIncidentReport } from './incident-report.ts';
import type { FollowUpTask } from './tasks.ts';
import { followUpTasks } from './tasks.ts';

export type { RollbackFacts } from './facts.ts';
export { noticedFrom } from './noticed.ts';
export type { FollowUpTask } from './tasks.ts';

/**
 * What follows a rollback (DW-10; processes/deployment.md, "Post-Rollback Actions"): the document of what happened, Markdown, and the
 * tasks for the fix, the root cause, the checklist and the process. Made of the run's own facts alone.
 */
export function postRollback(facts: RollbackFacts): {
  readonly document: string;
  readonly tasks: readonly FollowUpTask[];
} {
  return { document: renderIncidentReport(facts), tasks: followUpTasks(facts) };
}
