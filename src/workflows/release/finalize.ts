import { flowOf } from '../../domain/flows/registry.ts';
import { capitalized } from '../../domain/text/capitalized.ts';
import { effects, quick } from '../run/effects.ts';
import type { Deployment } from '../environments/deployment.ts';
import { targetOf } from '../environments/deployment.ts';
import { flush } from '../run/flush.ts';
import { notify, noticeText } from '../run/notify.ts';
import { reportsJudged } from '../rollback/issues.ts';
import type { Approved } from '../environments/deployable.ts';
import { approvedDeployment } from '../environments/deployable.ts';
import { withWayBack } from '../environments/with-way-back.ts';
import type { Run } from '../run/run.ts';
import type { Staged } from './staged.ts';
import { releasedOf } from './staged.ts';
import { runUntilDone, runStep } from '../run/steps.ts';

const consequence =
  'The new version holds; only this part is left. `retry` finishes it, nothing is started again.';

/** Step 3.3: merge, tag, publish, delete the branch. Each part can be retried alone (BY-8); the tag comes only after production holds. */
export async function finalize(run: Run, approved: Approved<Staged>): Promise<void> {
  const { deployable: staged } = approved;
  run.enters('finalizing');
  const deployment = approvedDeployment(run, approved);
  await holding(run, approved, deployment, async () => {
    const released = releasedOf(staged);
    await runUntilDone(run, 'finalize.merge', (ref) => quick.mergeToMain(ref, released), { consequence });
    await runUntilDone(run, 'finalize.tag', (ref) => quick.tagRelease(ref, released), { consequence });
    const published = await runUntilDone(
      run,
      'finalize.publish',
      (ref) =>
        quick.publishRelease(ref, {
          version: staged.version,
          notes: staged.notes,
          prerelease: staged.prerelease,
        }),
      { consequence },
    );
    const url = published.value?.url;
    if (url) run.addLink({ title: 'Release notes', url });
    await runUntilDone(run, 'finalize.branch', (ref) => quick.deleteReleaseBranch(ref, released), {
      consequence,
    });
    run.undoesBy(undefined);
    await retire(run, deployment);
    await reportsJudged(run);
  });
}

/** A version that was released before has its merge and its tag: all that is left is the version that it replaced. */
export async function finalizeRollout(run: Run, approved: Approved): Promise<void> {
  run.enters('finalizing');
  const deployment = approvedDeployment(run, approved);
  await holding(run, approved, deployment, async () => {
    await retire(run, deployment);
    await reportsJudged(run);
  });
}

async function retire(run: Run, deployment: Deployment): Promise<void> {
  const { environment } = deployment;
  if (!(environment.process ?? environment.router)) return;
  await runUntilDone(run, 'finalize.retire', (ref) => effects.retire(ref, { target: targetOf(deployment) }), {
    consequence,
  });
}

/** Up to its very end a release can be taken back. */
function holding(
  run: Run,
  approved: Approved,
  deployment: Deployment,
  work: () => Promise<void>,
): Promise<void> {
  const migrated = deployment.environment.database?.migrate !== undefined;
  const before = { config: approved.deployable.config, previous: approved.previous };
  return withWayBack(run, before, deployment, { migrated, touched: true }, work);
}

/** Phase 4: state, history, and telling people (RW-12, RW-13). */
export async function postRelease(run: Run, approved: Approved): Promise<string> {
  const type = flowOf(run.flow).historyType;
  const { environment: name, deployable } = approved;
  const { version, changes } = deployable;
  const now = new Date().toISOString();
  const deployment = approvedDeployment(run, approved);
  await holding(run, approved, deployment, async () => {
    await runUntilDone(
      run,
      'post.state',
      (ref) =>
        quick.updateState(ref, {
          phase: name,
          version,
          last_release: now,
          last_activity: now,
          tasks: [],
        }),
      { consequence },
    );
    await reportsJudged(run);
    // From here on it is out: what people are told must stay true.
    run.enters('ended');
  });
  run.addLink({ title: capitalized(name), url: deployment.environment.url });
  const monitoring = run.step(`${name}.monitor`).summary ?? 'not watched';
  const links = run.links.map((link) => `- [${link.title}](${link.url})`).join('\n');
  notify(
    run,
    'released',
    `${type} complete: ${run.product} v${version}`,
    `Monitoring: ${monitoring}\n\n${links}`,
  );
  await runStep(run, 'post.notify', () => Promise.resolve({ ok: true, summary: noticeText(run) }), {
    uninterruptible: true,
  });
  await flush(run, {
    key: `${run.id}/released/${run.startedAt}`,
    run: run.id,
    product: run.product,
    environment: name,
    at: now,
    version,
    type,
    status: 'Success',
    rollback: 'N/A',
    notes: changes[0] ?? '',
  });
  return `v${version} runs in ${name}; ${monitoring}`;
}
