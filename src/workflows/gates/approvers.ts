import type { ProductConfig } from '../../domain/config/schema.ts';
import { approvalTerms } from '../../domain/gates/approval-terms.ts';
import { cannotBeReached } from '../../domain/gates/gate.ts';
import type { Run } from '../run/run.ts';

/** Why nobody could approve it: then it is not begun. Undefined where people can, or where none are asked. */
export function withoutApprovers(run: Run, config: ProductConfig, environment: string): string | undefined {
  const policy = config.environments[environment]?.approval;
  if (!policy) return undefined;
  const { who, excluded, quorum } = approvalTerms(policy, config.people.groups, run.startedBy);
  return cannotBeReached(environment, who, excluded, quorum);
}
