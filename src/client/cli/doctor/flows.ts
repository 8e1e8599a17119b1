import type { ProductConfig } from '../../../domain/config/schema.ts';
import { flowOf } from '../../../domain/flows/registry.ts';
import { usualFlow } from '../../../domain/flows/run-names.ts';
import type { Check } from './check.ts';

/** A product need not be able to do everything; that it lacks something for the usual flow is said before somebody starts it. */
export function checkFlows(config: ProductConfig): Check[] {
  const flow = flowOf(usualFlow);
  return flow.needs(config, { product: config.product }).map((missing) => ({
    level: 'warn',
    what: flow.word,
    says: missing,
    mend: `no ${flow.word} is begun before that is there`,
    about: 'configuration',
  }));
}
