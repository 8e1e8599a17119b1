import type { Run } from './run.ts';

/** Notes what keeps the run from going on, and gives the sentence that it ends with. */
export function blocked(run: Run, blockers: readonly string[]): string {
  run.blockedBy(blockers);
  return `not ready: ${blockers.length} ${blockers.length === 1 ? 'blocker' : 'blockers'}`;
}
