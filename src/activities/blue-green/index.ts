import type { Deps } from '../deps.ts';
import { describeActivities } from './describe.ts';
import { greenActivities } from './green.ts';
import { inputActivities } from './inputs.ts';

/** Effects that only a blue/green deployment has. */
export function blueGreenActivities(deps: Deps) {
  return {
    ...inputActivities(deps),
    ...describeActivities(deps),
    ...greenActivities(deps),
  };
}
