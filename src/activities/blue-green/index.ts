import type { Deps } from '../deps.ts';
import { askActivities } from '../agents/ask.ts';
import { describeActivities } from './describe.ts';
import { fixActivities } from '../agents/commit-change.ts';
import { greenActivities } from './green.ts';
import { inputActivities } from './inputs.ts';

/** Effects that only a blue/green deployment has. */
export function blueGreenActivities(deps: Deps) {
  return {
    ...inputActivities(deps),
    ...describeActivities(deps),
    ...askActivities(deps),
    ...fixActivities(deps),
    ...greenActivities(deps),
  };
}
