import { capitalized } from '../../domain/text/capitalized.ts';
import { verdict } from '../agents/verdict.ts';
import { deploymentOf } from '../environments/deployable.ts';
import { deployedVerdict } from '../environments/deployment-verdict.ts';
import { deployTo } from '../environments/deploy-to.ts';
import { acquireLock } from '../environments/lock.ts';
import { tryWayBack, whatRanBefore } from '../environments/try-way-back.ts';
import type { Run } from '../run/run.ts';
import type { Staged } from './staged.ts';
import { checkLines } from '../run/check-lines.ts';

/**
 * Steps 2.2 and 2.3: deploy to staging, verify it, sign it off.
 * @returns what failed, if something did
 */
export async function stage(run: Run, staged: Staged, name: string): Promise<string | undefined> {
  const environment = staged.config.environments[name];
  if (!environment) return `the product has no ${name} environment any more`;
  run.restartFrom(`${name}.`);
  await acquireLock(run, name);
  run.addLink({ title: capitalized(name), url: environment.url });
  const deployment = deploymentOf(run, staged, name);
  const before = await whatRanBefore(run, staged, name);
  const failure = (await deployTo(run, deployment)) ?? (await tryWayBack(run, deployment, before));
  if (failure) return `"${run.step(`${name}.${failure.step}`).title}" failed: ${failure.outcome.summary}`;
  const deployed = await deployedVerdict(run, staged.config, deployment);
  if (!deployed.ok) return deployed.summary;
  const signOff = await verdict(
    run,
    staged.config,
    {
      id: `${name}.sign-off`,
      role: 'qa-engineer',
      environment: name,
      task: `${run.product} v${staged.version} runs on ${name}: sign it off?`,
      evidence: { checks: checkLines(run, `${name}.`), url: environment.url },
    },
    { ok: true, summary: `healthy${environment.smoke ? ', smoke tests passed' : ''} at ${environment.url}` },
  );
  return signOff.ok ? undefined : signOff.summary;
}
