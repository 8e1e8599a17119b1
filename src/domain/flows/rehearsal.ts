import type { ProductConfig } from '../config/schema.ts';
import type { RunName } from './workflow-ids.ts';

/** A version as the simulated world has it. */
export interface RehearsedVersion {
  readonly version: string;
  readonly commit: string;
}

/** How a rehearsal of a flow begins. */
export interface Opening {
  /** Names the run. */
  readonly name: Omit<RunName, 'product'>;
  /** Beside the product and who starts it. */
  readonly input: Readonly<Record<string, string>>;
  /** Was released before, and got no further than staging. */
  readonly released?: RehearsedVersion;
}

/** What of a flow a rehearsal has to know: a fault that it can't have is refused. */
export interface Rehearsal {
  /** Where it brings a version to users: what a fault of traffic or health is about. */
  readonly environment: (config: ProductConfig) => string;
  /** Everything that may come up, also the steps of a way back. */
  readonly steps: (config: ProductConfig) => readonly { readonly id: string }[];
  /** The shares of the traffic that its version gets before it gets all; undefined where it shares none at all. */
  readonly traffic: (
    config: ProductConfig,
  ) => { readonly weights: readonly number[]; readonly atOnce: string } | undefined;
  /** Whether anything is judged by metrics. */
  readonly measures: (config: ProductConfig) => boolean;
  readonly asksForApproval: boolean;
  /** It has a green, which agents mend and review. */
  readonly hasGreen: boolean;
  /** It brings a version that did not run before. */
  readonly bringsNew: boolean;
  /** @param world the newest version of main, and the one that runs */
  readonly opening: (world: {
    readonly main: RehearsedVersion;
    readonly running: RehearsedVersion;
  }) => Opening;
}

/** Of flows that give the traffic by the steps of `rollout`. */
export const bySteps: Rehearsal['traffic'] = ({ product, rollout }) => ({
  weights: rollout?.steps.map(({ weight }) => weight) ?? [],
  atOnce: `${product} has no rollout, its production goes from 0% to 100% at once`,
});
