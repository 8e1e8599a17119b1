import type { ProductConfig } from '../config/schema.ts';
import { environmentOf, hasSlots } from '../environments/environment-of.ts';
import { checksOf, suites } from './plan.ts';
import { environmentOfGreen } from './settings.ts';

/** What of the configuration a blue/green deployment misses, one sentence each (BG-1). */
export function missingConfiguration(config: ProductConfig): string[] {
  const { blueGreen, agents } = config;
  const name = environmentOfGreen(config);
  const environment = environmentOf(config, name);
  return [
    ...(environment ? [] : [`deployment configuration: there is no environment "${name}"`]),
    ...(environment && !hasSlots(environment)
      ? [`deployment configuration: ${name} has no place beside blue: it needs process, or script with slots`]
      : []),
    ...(suites.some((suite) => checksOf(config, name, suite).length > 0)
      ? []
      : [
          'tests: neither unit, integration, e2e nor criticalPaths are in checks, and no smoke in the environment',
        ]),
    ...(blueGreen?.requirements ? [] : ['requirements: blueGreen.requirements does not say where they are']),
    ...(blueGreen?.infrastructure.length
      ? []
      : ['infrastructure: blueGreen.infrastructure names no file that describes it']),
    ...(blueGreen?.rollbackPlan ? [] : ['rollback plan: blueGreen.rollbackPlan is not set']),
    ...(Object.keys(agents.trio ?? {}).length > 0 ? [] : ['review: agents.trio names nobody who reviews']),
    ...(blueGreen?.canary && !config.rollout ? ['canary: there is no section rollout with its steps'] : []),
  ];
}
