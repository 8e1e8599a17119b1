import { planBlueGreen, planStopGreen } from '../blue-green/plan.ts';
import type { ProductConfig } from '../config/schema.ts';
import { planRelease, planRollback, planRollout } from '../release/plan.ts';
import { planManualRollback } from '../rollback/manual-plan.ts';
import type { RehearsedFlow } from './flows.ts';

/** What of a flow a scenario has to know: a fault that it can't have is refused. */
export interface FlowFacts {
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
}

const production = (): string => 'production';
const back = planRollback({ restore: true, undo: true, users: { smoke: true } });

const bySteps = (config: ProductConfig) => ({
  weights: config.rollout?.steps.map(({ weight }) => weight) ?? [],
  atOnce: `${config.product} has no rollout, its production goes from 0% to 100% at once`,
});

const greenEnvironment = ({ blueGreen }: ProductConfig): string => blueGreen?.environment ?? 'production';

const toProduction = {
  environment: production,
  traffic: bySteps,
  measures: (config: ProductConfig) => config.rollout !== undefined || isWatched(config, 'production'),
  asksForApproval: true,
  hasGreen: false,
};

export const flowFacts: Readonly<Record<RehearsedFlow, FlowFacts>> = {
  release: { ...toProduction, steps: (config) => [...planRelease(config), ...back] },
  rollout: { ...toProduction, steps: (config) => [...planRollout(config), ...back] },
  rollback: {
    environment: production,
    steps: () => [...planManualRollback('production'), ...back],
    traffic: () => undefined,
    measures: () => true,
    asksForApproval: false,
    hasGreen: false,
  },
  blueGreen: {
    environment: greenEnvironment,
    steps: (config) => [
      ...planBlueGreen(config, greenEnvironment(config)),
      ...migrating(config),
      ...planStopGreen(true),
      ...back,
    ],
    traffic: (config) =>
      config.blueGreen?.canary
        ? bySteps(config)
        : {
            weights: [],
            atOnce: `green of ${config.product} takes all of the traffic at once: blueGreen.canary is not set`,
          },
    measures: (config) => isWatched(config, greenEnvironment(config)),
    asksForApproval: true,
    hasGreen: true,
  },
};

/** Green's database is only changed where something is new for it. */
function migrating(config: ProductConfig): { readonly id: string }[] {
  const database = config.environments[greenEnvironment(config)]?.database;
  if (!database?.migrate) return [];
  return [
    ...((database.backup ?? database.postgres) ? [{ id: 'green.backup' }] : []),
    ...((database.verifyBackup ?? database.postgres) ? [{ id: 'green.prove-backup' }] : []),
    { id: 'green.migrate' },
  ];
}

function isWatched({ environments }: ProductConfig, name: string): boolean {
  const environment = environments[name];
  return (environment?.process ?? environment?.router ?? environment?.monitor.scrape) !== undefined;
}
