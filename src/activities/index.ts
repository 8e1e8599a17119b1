import { agentActivities } from './agents.ts';
import { blueGreenActivities } from './blue-green/index.ts';
import { bundleActivities } from './bundle.ts';
import { catalogActivities } from './catalog.ts';
import { checkActivities } from './checks.ts';
import { databaseActivities } from './database.ts';
import { deployActivities } from './deploy.ts';
import type { Deps } from './deps.ts';
import { documentActivities } from './documents.ts';
import { lockActivities } from './locks.ts';
import { monitorActivities } from './monitor.ts';
import { prepareActivities } from './prepare.ts';
import { readinessActivities } from './readiness.ts';
import { recordActivities } from './records.ts';
import { releasedVersionActivities } from './released-version.ts';
import { rolloutActivities } from './rollout.ts';
import { sourceActivities } from './source.ts';
import { wayBackActivities } from './way-back.ts';

/** All activities, acting through the given ports. */
export function createActivities(deps: Deps) {
  return {
    ...catalogActivities(deps),
    ...readinessActivities(deps),
    ...checkActivities(deps),
    ...prepareActivities(deps),
    ...bundleActivities(deps),
    ...lockActivities(deps),
    ...deployActivities(deps),
    ...databaseActivities(deps),
    ...monitorActivities(deps),
    ...rolloutActivities(deps),
    ...releasedVersionActivities(deps),
    ...wayBackActivities(deps),
    ...agentActivities(deps),
    ...sourceActivities(deps),
    ...recordActivities(deps),
    ...blueGreenActivities(deps),
    ...documentActivities(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
