import { flowOf } from '../../domain/flows/registry.ts';
import { capitalized } from '../../domain/text/capitalized.ts';
import { reportsJudged } from '../rollback/issues.ts';
import { quick } from '../run/effects.ts';
import { flush } from '../run/flush.ts';
import { noticeText, notify } from '../run/notify.ts';
import type { Run } from '../run/run.ts';
import { runStep, runUntilDone } from '../run/steps.ts';
import type { Approved } from './deployable.ts';
import { approvedDeployment } from './deployable.ts';
import { consequence, holding } from './holding.ts';

/**
 * Phase 4 of every flow that brings a version to users: state, history, and telling people (RW-12, RW-13).
 * @returns the sentence that the run ends with
 */
export async function postRelease(run: Run, approved: Approved): Promise<string> {
  const type = flowOf(run.flow).historyType;
  const { environment: name, deployable } = approved;
  const { version, changes } = deployable;
  const now = new Date().toISOString();
  const { environment } = approvedDeployment(run, approved);
  await holding(run, approved, async () => {
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
  run.addLink({ title: capitalized(name), url: environment.url });
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
