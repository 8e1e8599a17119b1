import type { RollbackCause } from '../rollback/cause.ts';
import { visible } from '../text/visible.ts';

/** How tasks of Sluice's own begin in `state.yml`: by this they are found again, and all others are people's. */
const own = { fault: 'fix and release again: ', decision: 'decide what becomes of it: ' } as const;

/** The task that a rollback leaves behind, with why it was. */
export const rollbackTask = (reason: string, cause: RollbackCause = 'fault'): string =>
  `${own[cause]}${visible(reason)}`;

export const isOwnTask = (task: string): boolean =>
  Object.values(own).some((beginning) => task.startsWith(beginning));
