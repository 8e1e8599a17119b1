import type { Deps } from '../deps.ts';
import { askActivities } from './ask.ts';
import { commitActivities } from './commit-change.ts';

/** What runs have agents do, and what becomes of it. */
export function agentActivities(deps: Deps) {
  return { ...askActivities(deps), ...commitActivities(deps) };
}
