import type { ProductConfig } from '../config/schema.ts';
import { isWatched } from '../environments/environment-of.ts';
import { productionOf } from '../environments/purpose.ts';
import type { Rehearsal } from '../flows/rehearsal.ts';
import { bySteps } from '../flows/rehearsal.ts';
import { planRollback } from './plan.ts';

/** The rehearsal of a flow that brings a version into production, with people's approval and a way back. */
export function rehearsalOfDelivery(
  plan: (config: ProductConfig) => readonly { readonly id: string }[],
): Omit<Rehearsal, 'opening'> {
  return {
    environment: productionOf,
    steps: (config) => [
      ...plan(config),
      ...planRollback({ restore: true, undo: true, users: { smoke: true } }),
    ],
    traffic: bySteps,
    measures: (config) => config.rollout !== undefined || isWatched(config, productionOf(config)),
    asksForApproval: true,
    hasGreen: false,
    bringsNew: true,
  };
}
