import type { ProductConfig } from '../../domain/config/schema.ts';
import { productionOf } from '../../domain/environments/purpose.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { approversOf } from '../../domain/gates/approval-terms.ts';
import type { Deployment } from '../environments/deployment.ts';
import type { Run } from '../run/run.ts';

/** A version that takes traffic step by step. */
export interface Rollout {
  readonly deployment: Deployment;
  readonly config: ProductConfig;
  /** What serves beside the new version. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
  /** Checked again at each weight, where the version was put there under another approval. */
  readonly approval?: Approval;
}

/** Who may let more traffic to a version: those who may approve it. Where nobody approves what goes there, those of production. */
export function promotersOf(run: Run, { deployment, config }: Rollout): readonly string[] {
  const policies = [deployment.name, productionOf(config)].map((name) => config.environments[name]?.approval);
  const policy = policies.find((known) => known !== undefined);
  return approversOf(policy, config.people.groups, run.startedBy);
}
