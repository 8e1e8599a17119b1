import { agentActivities } from './agents/index.ts';
import { blueGreenActivities } from './blue-green/index.ts';
import { bundleActivities } from './gates/bundle.ts';
import { catalogActivities } from './flows/catalog.ts';
import { checkActivities } from './checks/checks.ts';
import { databaseActivities } from './environments/database.ts';
import { deployActivities } from './environments/deploy.ts';
import { healthActivities } from './environments/health.ts';
import type { Deps } from './deps.ts';
import { documentActivities } from './records/documents.ts';
import type { StepRef } from '../domain/run/effect-outcome.ts';
import { frozen } from './frozen.ts';
import { inputs } from './inputs/index.ts';
import { parsed } from './inputs/parsed.ts';
import { lockActivities } from './environments/locks.ts';
import { monitorActivities } from './metrics/monitor.ts';
import { prepareActivities } from './release/prepare.ts';
import { readinessActivities } from './release/readiness.ts';
import { recordActivities } from './records/records.ts';
import { releasedVersionActivities } from './rollout/released-version.ts';
import { rolloutActivities } from './rollout/watch-rollout.ts';
import { sourceActivities } from './release/source.ts';
import { wayBackActivities } from './rollback/way-back.ts';

/** All activities, acting through the given ports. What they are given is parsed first: nobody who asks for one is trusted. */
export function createActivities(deps: Deps) {
  return parsed(inputs, unparsed(deps), ([first]) => (isStep(first) ? frozen(deps, first) : undefined));
}

/** An effect of a run: it goes by a configuration that this worker read itself, or not at all. */
const isStep = (value: unknown): value is StepRef =>
  typeof value === 'object' && value !== null && 'configuration' in value;

function unparsed(deps: Deps) {
  return {
    ...catalogActivities(deps),
    ...readinessActivities(deps),
    ...checkActivities(deps),
    ...prepareActivities(deps),
    ...bundleActivities(deps),
    ...lockActivities(deps),
    ...deployActivities(deps),
    ...healthActivities(deps),
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
