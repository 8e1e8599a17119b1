import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { verdict } from '../agents/verdict.ts';
import { checkLines } from '../run/check-lines.ts';
import type { Run } from '../run/run.ts';
import type { Deployment } from './deployment.ts';
import type { StepOptions } from '../run/steps.ts';

interface Looked {
  readonly id: string;
  readonly environment: string;
  readonly task: string;
  /** Of the steps that are shown as evidence. */
  readonly prefix: string;
  readonly url: string;
}

/** What was deployed to an environment, once it is there. */
export const deployedVerdict = (
  run: Run,
  config: ProductConfig,
  { name, version, environment }: Deployment,
): Promise<EffectOutcome> =>
  deploymentVerdict(run, config, {
    id: `${name}.devops`,
    environment: name,
    task: `${run.product} v${version} was deployed to ${name}: is the deployment as it should be?`,
    prefix: `${name}.`,
    url: environment.url,
  });

/** A DevOps engineer, where one is configured, looks at what the deployment effects did; the effects themselves are Sluice's. */
export async function deploymentVerdict(
  run: Run,
  config: ProductConfig,
  { id, environment, task, prefix, url }: Looked,
  options: StepOptions = {},
): Promise<EffectOutcome> {
  if (!config.agents['devops-engineer']) return { ok: true, summary: '' };
  return verdict(
    run,
    config,
    {
      id,
      role: 'devops-engineer',
      environment,
      task,
      evidence: { steps: checkLines(run, prefix), url },
    },
    { ok: true, summary: '' },
    options,
  );
}
