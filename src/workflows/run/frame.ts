import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { CheckedInput } from '../../domain/flows/check-input.ts';
import type { Asked } from '../../domain/flows/fields.ts';
import type { FlowName } from '../../domain/flows/registry.ts';
import { flowOf, flowTitles } from '../../domain/flows/registry.ts';
import { productionOf } from '../../domain/environments/purpose.ts';
import { nobody } from '../../domain/gates/known-people.ts';
import { meaningOf } from '../../domain/run/controls.ts';
import { refusalOfOlderRun } from '../../domain/run/history-line.ts';
import type { Outcome, RunResult } from '../../domain/run/status.ts';
import { answerOf } from './answered.ts';
import { quick } from './effects.ts';
import { releaseLocks } from '../environments/lock.ts';
import { flush } from './flush.ts';
import { listen } from './inbox.ts';
import { Interrupted, RunEnded } from './interrupt.ts';
import { notify } from './notify.ts';
import { Run } from './run.ts';

/** What of a flow's description its run begins with. */
interface Described<I> {
  readonly type: FlowName;
  check(input: unknown): CheckedInput<I>;
}

/**
 * The frame of every flow: listens, reads the product's configuration, lets the flow run, and ends it properly: environments
 * given back, the record written, people told. A cancel request of Temporal's counts as an abort.
 */
export async function runFlow<I extends Asked>(
  flow: Described<I>,
  input: unknown,
  body: (run: Run, config: ProductConfig, asked: I) => Promise<string>,
): Promise<RunResult> {
  const checked = flow.check(input);
  const run = new Run(
    flow.type,
    checked.ok ? checked.value.product : 'unknown',
    (checked.ok ? checked.value.by : undefined) ?? nobody,
  );
  listen(run);
  CancellationScope.current().cancelRequested.catch(() => {
    const { accepted, meaning } = meaningOf(run.flow, run.stage, 'abort');
    if (accepted) run.interrupt({ control: 'abort', reason: 'abort by a cancel request of Temporal' });
    else run.refuse('abort', meaning, 'a cancel request of Temporal');
  });
  return CancellationScope.nonCancellable(async () => {
    const { outcome, reason } = await ending(async () => {
      if (!checked.ok) throw new RunEnded('failed', `invalid input: ${checked.problems.join('; ')}`);
      const config = await openProduct(run, checked.value);
      return body(run, config, checked.value);
    });
    if (outcome !== 'succeeded') await run.undo();
    return finish(run, outcome, reason);
  });
}

async function openProduct(run: Run, asked: Asked): Promise<ProductConfig> {
  const answer = await quick.loadProduct(asked.product);
  // An older run's answer is one, whatever configurations were like then.
  if (saysWhether(answer)) refuseOlderRun(answer.line);
  const loaded = answerOf('loadProduct', answer);
  if (!loaded.ok) throw new RunEnded('failed', `invalid input: ${loaded.problems.join('; ')}`);
  const { config } = loaded;
  run.uses(config, loaded.digest);
  if (run.startedBy === nobody && config.environments[productionOf(config)]?.approval?.allowStarter === false)
    run.concern(
      'it is not known who started this run ("by" was left out), so the starter is not kept from approving it',
    );
  run.write('started', `${flowTitles[run.flow]} of ${run.product} started by ${run.startedBy}`, {
    input: asked,
    configuration: loaded.digest,
    file: loaded.file,
    runId: workflowInfo().runId,
  });
  return config;
}

const saysWhether = (answer: unknown): answer is { readonly ok: boolean; readonly line?: unknown } =>
  typeof answer === 'object' && answer !== null && 'ok' in answer && typeof answer.ok === 'boolean';

/**
 * A run begun by an earlier version is not gone on with. A plain error fails the workflow task and nothing else: the run stands as it is,
 * the reason is seen in the Temporal UI, and a worker of the version that began it can still finish it.
 */
function refuseOlderRun(line: unknown): void {
  const refusal = refusalOfOlderRun(line);
  if (refusal !== undefined) throw new Error(refusal);
}

async function ending(flow: () => Promise<string>): Promise<{ outcome: Outcome; reason: string }> {
  try {
    return { outcome: 'succeeded', reason: await flow() };
  } catch (error) {
    if (error instanceof RunEnded) return { outcome: error.outcome, reason: error.message };
    if (error instanceof Interrupted) return { outcome: 'aborted', reason: error.message };
    // What a run needs could not be reached for a long time: it ends in good order and says so.
    if (error instanceof ActivityFailure)
      return { outcome: 'failed', reason: `${error.activityType}: ${error.cause?.message ?? error.message}` };
    throw error;
  }
}

async function finish(run: Run, outcome: Outcome, reason: string): Promise<RunResult> {
  run.ends(outcome, reason);
  // Others get their turn also where the record can't be written for now.
  await Promise.all([releaseLocks(run), flush(run)]);
  if (outcome === 'blocked')
    notify(
      run,
      'blocked',
      flowOf(run.flow).blockedTitle?.(run.product) ?? `${flowTitles[run.flow]} of ${run.product} can't begin`,
      run.blockers.map((blocker) => `- ${blocker}`).join('\n'),
    );
  if (outcome === 'failed')
    notify(run, 'failed', `${flowTitles[run.flow]} of ${run.product}: ${outcome}`, reason);
  // People ended it: that is news, and nothing that has failed.
  if (outcome === 'aborted' || outcome === 'rejected' || outcome === 'returned-to-development')
    notify(run, 'stopped', `${flowTitles[run.flow]} of ${run.product}: ${outcome}`, reason);
  await run.background.allDone();
  await condition(allHandlersFinished);
  return {
    run: run.id,
    flow: run.flow,
    product: run.product,
    outcome,
    reason,
    ...(run.version ? { version: run.version } : {}),
    ...(run.previousVersion ? { previousVersion: run.previousVersion } : {}),
    ...(run.commit ? { commit: run.commit } : {}),
    ...(run.blockers.length > 0 ? { blockers: run.blockers } : {}),
    ...(run.links.length > 0 ? { links: run.links } : {}),
    ...(run.measures ? { measures: run.measures } : {}),
  };
}
