import type { ProductConfig } from '../../../domain/config/schema.ts';
import { releaseFlow } from '../../../domain/release/flow.ts';
import type { Check } from './check.ts';

/** A product need not be able to do everything; that it can't be released is said before somebody wants to. */
export function checkFlows(config: ProductConfig): Check[] {
  return releaseFlow.needs(config, { product: config.product }).map((missing) => ({
    level: 'warn',
    what: 'release',
    says: missing,
    mend: 'no release is begun before that is there',
    about: 'configuration',
  }));
}
