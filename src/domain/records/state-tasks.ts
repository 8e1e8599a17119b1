import { visible } from '../text/visible.ts';

/** How tasks of Sluice's own begin in `state.yml`: by this they are found again, and all others are people's. */
const own = 'fix and release again: ';

/** The task that a rollback leaves behind, with why it was. */
export const fixTask = (reason: string): string => `${own}${visible(reason)}`;

export const isOwnTask = (task: string): boolean => task.startsWith(own);
