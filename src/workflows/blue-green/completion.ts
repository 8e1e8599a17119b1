import { blueGreenFlow } from '../../domain/blue-green/flow.ts';
import { flush } from '../run/flush.ts';
import { notify, noticeText } from '../run/notify.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { renderAcceptance } from '../../domain/blue-green/details.ts';
import { successCriteria } from '../../domain/gates/success-criteria.ts';
import { renderNoted, renderTakenBack } from '../../domain/gates/taken-back-details.ts';
import type { Green } from './green.ts';
import { blueOf, versionOf } from './green.ts';
import { ask, describeFor } from './preparation.ts';
import { promote } from './promotion.ts';

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
      size: green.size,
      takenBack: green.past ? renderTakenBack(green.past, green.name) : '',
      noted: green.past ? renderNoted(green.past) : '',
      successCriteria: successCriteria(green.config, green.name, {
        beside: green.previous !== null,
        bySteps: green.settings.canary && green.config.rollout !== undefined,
      }),
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
  await runStep(run, 'post.notify', () => Promise.resolve({ ok: true, summary: noticeText(run) }), {
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
