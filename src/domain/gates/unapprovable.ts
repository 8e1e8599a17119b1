import type { ProductConfig } from '../config/schema.ts';
import { environmentOf } from '../environments/environment-of.ts';
import { approvalTerms } from './approval-terms.ts';
import { cannotBeReached } from './gate.ts';
import { nobody } from './known-people.ts';

/**
 * Why nobody could approve a change of an environment: then it is not begun.
 * @param starter may not approve, unless the policy lets them
 * @returns nothing where people can, or where none are asked
 */
export function unapprovable(config: ProductConfig, environment: string, starter = nobody): string[] {
  const policy = environmentOf(config, environment)?.approval;
  if (!policy) return [];
  const { who, excluded, quorum } = approvalTerms(policy, config.people.groups, starter);
  const why = cannotBeReached(environment, who, excluded, quorum);
  return why === undefined ? [] : [why];
}
