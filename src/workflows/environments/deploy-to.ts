import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import type { Deployment } from './deployment.ts';
import { targetOf } from './deployment.ts';

export interface DeploymentFailure {
  readonly step:
    'deploy' | 'migrate' | 'verify' | 'activate' | 'health' | 'smoke' | 'rehearse-back' | 'rehearse-verify';
  readonly outcome: EffectOutcome;
  /** The approval no longer covers what would be deployed. */
  readonly void?: readonly string[];
}

/** Whether moving the traffic is an effect of its own, after the version was put beside the one that serves. */
function movesTraffic({ process, script, router }: EnvironmentConfig): boolean {
  return process !== undefined || router !== undefined || script?.activate !== undefined;
}

/** Deploy, migrate, verify, move the traffic, health, smoke: in this order, up to the first failure (steps 2.2 and 3.1). */
export async function deployTo(
  run: Run,
  deployment: Deployment,
  /** Told when migrations begin to run: from then on the database may differ from the backup. */
  migrating: () => void = () => undefined,
  /** Lets it take traffic step by step, before it takes all of it. */
  rollOut: () => Promise<void> = () => Promise.resolve(),
): Promise<DeploymentFailure | undefined> {
  const { name, environment, approval } = deployment;
  const target = targetOf(deployment);
  const request = { target };
  const migrate = async (): Promise<DeploymentFailure | undefined> => {
    if (!environment.database?.migrate) return undefined;
    migrating();
    const outcome = await runStep(run, `${name}.migrate`, (ref) =>
      effects.database(ref, 'migrate', { ...request, backup: deployment.backup }),
    );
    return outcome.ok ? undefined : { step: 'migrate', outcome };
  };
  const step = async (
    kind: DeploymentFailure['step'],
    wanted: boolean,
    effect: (ref: StepRef) => Promise<EffectOutcome>,
  ): Promise<DeploymentFailure | undefined> => {
    if (!wanted) return undefined;
    const outcome = await runStep(run, `${name}.${kind}`, effect);
    return outcome.ok ? undefined : { step: kind, outcome };
  };
  const deploy = async (): Promise<DeploymentFailure | undefined> => {
    const outcome = await runStep(run, `${name}.deploy`, (ref) =>
      effects.deploy(ref, { ...request, ...(approval ? { approval } : {}) }),
    );
    const voided = outcome.value?.void;
    return outcome.ok ? undefined : { step: 'deploy', outcome, ...(voided ? { void: voided } : {}) };
  };

  const migrateFirst = environment.database?.migrateWhen === 'before-deploy';
  const twoStep = movesTraffic(environment);
  return (
    (migrateFirst ? await migrate() : undefined) ??
    (await deploy()) ??
    (migrateFirst ? undefined : await migrate()) ??
    (await step('verify', (environment.process ?? environment.slots) !== undefined, (ref) =>
      effects.verifyHealth(ref, { target, at: 'candidate' }),
    )) ??
    (await rollOut()) ??
    (await step('activate', twoStep, (ref) => effects.activate(ref, request))) ??
    (await step('health', true, (ref) => effects.verifyHealth(ref, { target, at: 'public' }))) ??
    (await step('smoke', environment.smoke !== undefined, (ref) =>
      effects.runCheck(ref, { suite: 'environment-smoke', target }),
    ))
  );
}
