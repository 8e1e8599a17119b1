/**
 * Why people take a version back. `fault`: it is bad, or may be. `decision`: nothing is wrong with it, and they want it otherwise; then there is
 * nothing to be mended, and nothing that blocks a release.
 */
export const rollbackCauses = ['fault', 'decision'] as const;
export type RollbackCause = (typeof rollbackCauses)[number];

export const isRollbackCause = (value: string): value is RollbackCause =>
  (rollbackCauses as readonly string[]).includes(value);
