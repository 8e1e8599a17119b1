import { blueGreenFlow } from '../../domain/blue-green/flow.ts';
import { quick, effects } from '../run/effects.ts';
import { targetOf } from '../environments/environments.ts';
import { flush } from '../run/flush.ts';
import { Interrupted, ready } from '../run/interrupt.ts';
import { besideReports, RollbackWanted, settled } from '../rollback/issues.ts';
import { notify, told } from '../run/notify.ts';
import { rollBack } from '../rollback/go-back.ts';
import { rollOut } from '../rollout/roll-out.ts';
import { ApprovalVoid } from '../rollout/shift.ts';
import type { Run } from '../run/run.ts';
import { insist, runStep } from '../run/steps.ts';
import { watchUntilSeen } from '../metrics/watching.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { renderAcceptance } from '../../domain/blue-green/details.ts';
import type { Green } from './green.ts';
import { blueOf, deploymentOf, versionOf } from './green.ts';
import { measure } from './measures.ts';
import { writeNotes } from './notes.ts';
import { ask, describeFor } from './preparation.ts';

const consequence =
  'Green has taken over; only this part is left. `retry` finishes it, nothing is started again.';

/** User acceptance: the approval names the exact commit that was tested and reviewed. */
async function accept(run: Run, green: Green, objections: readonly string[]): Promise<Approval> {
  const described = await describeFor(run, green, 'production');
  return ask(run, green, described, {
    gate: 'production',
    statement: `Tested and reviewed. May green take over: ${run.product} v${versionOf(green)} in ${green.name}?`,
    details: renderAcceptance({
      product: run.product,
      version: versionOf(green),
      commit: green.commit,
      blue: green.previous?.version,
      url: green.environment.url,
      canary: green.settings.canary,
      rollbackPlan: green.settings.rollbackPlan ?? '',
      changes: green.changes,
      concerns: run.concerns,
      void: objections,
      tests: green.tests,
      fixes: green.fixes,
      issues: green.issues,
      review: green.review,
      rounds: green.rounds,
      cost: green.cost,
    }),
    // The commit itself: whatever happens to a branch, this is what was tested.
    branch: green.commit,
  });
}

/** Phase 5. What was approved is compared again where traffic moves; where it no longer holds, people are asked again. */
export async function complete(run: Run, green: Green): Promise<string> {
  let objections: readonly string[] = [];
  for (;;) {
    const approval = await accept(run, green, objections);
    const voided = await promote(run, green, approval);
    if (!voided) break;
    objections = voided;
    green.promoting = false;
    run.enters('green');
    run.write('void', 'the approval is void', { objections });
    run.restartFrom('approval.bundle');
  }
  const version = versionOf(green);
  notify(
    run,
    'released',
    `Blue/green deployment complete: ${run.product} v${version}`,
    `${run.step('green.watch').summary ?? ''}\n\n${run.links.map((link) => `- [${link.title}](${link.url})`).join('\n')}`,
  );
  await runStep(run, 'post.notify', () => Promise.resolve({ ok: true, summary: told(run) }), {
    uninterruptible: true,
  });
  await flush(run, {
    key: `${run.id}/promoted/${run.startedAt}`,
    run: run.id,
    product: run.product,
    environment: green.name,
    at: new Date().toISOString(),
    version,
    type: blueGreenFlow.historyType,
    status: 'Success',
    rollback: 'N/A',
    notes: green.changes[0] ?? '',
  });
  return `v${version} took over from ${blueOf(green)} in ${green.name}; ${run.step('green.watch').summary ?? 'not watched'}`;
}

/** From here on going back means rolling back, which gives the traffic to blue first. */
async function promote(run: Run, green: Green, approval: Approval): Promise<readonly string[] | undefined> {
  const deployment = deploymentOf(run, green);
  const { environment, previous, config } = green;
  await ready(run);
  green.promoting = true;
  run.enters('production');
  try {
    return await besideReports(run, environment, async () => {
      const voided = await takeOver(run, green, approval);
      if (voided) return voided;
      await hold(run, green);
      await removeBlue(run, green);
      await document(run, green);
      await settled(run);
      run.enters('ended');
      return undefined;
    });
  } catch (error) {
    if (error instanceof ApprovalVoid) {
      // A share of the traffic may be green's already: it goes back before anybody is asked again.
      if (run.traffic.weights[deployment.version] === undefined) return error.objections;
      return rollBack(run, {
        deployment,
        previous,
        reason: error.message,
        severity: 'high',
        migrated: green.migrated,
        config,
      });
    }
    if (!(error instanceof RollbackWanted) && !(error instanceof Interrupted)) throw error;
    return rollBack(run, {
      deployment,
      previous,
      reason: error.message,
      severity: error.severity ?? 'high',
      migrated: green.migrated,
      config,
    });
  }
}

async function takeOver(run: Run, green: Green, approval: Approval): Promise<readonly string[] | undefined> {
  const { config, previous } = green;
  const deployment = deploymentOf(run, green);
  if (green.settings.canary && config.rollout) await rollOut(run, { deployment, config, previous, approval });
  const outcome = await runStep(run, 'green.promote', (ref) =>
    effects.activate(ref, { target: targetOf(deployment), approval }),
  );
  const voided = outcome.value?.void;
  if (voided && Object.keys(run.traffic.weights).length > 0) throw new ApprovalVoid(voided);
  if (voided) return voided;
  if (!outcome.ok) throw new RollbackWanted(`green could not be promoted: ${outcome.summary}`, 'high');
  run.traffic.goesTo({ [deployment.version]: 100 });
  return undefined;
}

/** Blue stays until green has been seen to hold where users come in. */
async function hold(run: Run, green: Green): Promise<void> {
  const { environment } = green;
  const target = targetOf(deploymentOf(run, green));
  const healthy = await runStep(run, 'green.health', (ref) =>
    effects.verifyHealth(ref, { target, at: 'public' }),
  );
  if (!healthy.ok) throw new RollbackWanted(`green is not healthy: ${healthy.summary}`, 'critical');
  await watchUntilSeen(run, 'green.watch', environment, target);
  await settled(run);
}

/** Each of its own, and each retryable alone (BG-7). */
async function removeBlue(run: Run, green: Green): Promise<void> {
  const { previous } = green;
  run.enters('finalizing');
  const request = { target: targetOf(deploymentOf(run, green)) };
  if (!previous) {
    for (const id of ['blue.drain', 'blue.stop']) run.end(id, 'skipped', 'there was no blue');
    return;
  }
  await insist(run, 'blue.drain', (ref) => effects.shift(ref, { ...request, weight: 100 }), { consequence });
  await insist(run, 'blue.stop', (ref) => effects.retire(ref, request), { consequence });
}

/** BG-8: main has what production runs, issues are closed, and what happened is written down. */
async function document(run: Run, green: Green): Promise<void> {
  const { commit, branch, fixes, base, ref: from } = green;
  const version = versionOf(green);
  const merged = await insist(
    run,
    'docs.merge',
    (ref) =>
      quick.mergeGreen(ref, {
        environment: green.name,
        version,
        branch: fixes.length > 0 ? branch : from,
        commit,
        since: base,
      }),
    { consequence },
  );
  if (fixes.length > 0)
    await insist(run, 'docs.branch', (ref) => quick.deleteReleaseBranch(ref, { version, branch, commit }), {
      consequence,
    });
  else run.end('docs.branch', 'skipped', 'there were no fixes');
  measure(run, green);
  await insist(
    run,
    'docs.notes',
    (ref) =>
      writeNotes(run, green, ref, {
        outcome: `promoted; ${run.step('green.watch').summary ?? ''}`,
        next: '',
        closed: merged.value?.issues ?? [],
      }),
    { consequence },
  );
  run.addLink({ title: 'Production', url: green.environment.url });
}
