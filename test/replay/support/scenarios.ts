import { blueGreenScenarios } from './blue-green-scenarios.ts';
import { releaseScenarios } from './release-scenarios.ts';
import { rollbackScenarios } from './rollback-scenarios.ts';
import { rolloutScenarios } from './rollout-scenarios.ts';
import type { Scenario } from './scenario.ts';

/** What every version is recorded with. A new way through a flow is a new scenario. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  ...releaseScenarios,
  ...rolloutScenarios,
  ...rollbackScenarios,
  ...blueGreenScenarios,
};
