import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { resolvePeople } from '../../domain/gate.ts';
import type { ReleaseInput } from '../../domain/inquiry.ts';
import type { DeploymentHistoryRow } from '../../domain/records.ts';
import { checkReleaseInput } from '../../domain/release-input.ts';
import type { FlowName, Outcome, RunResult } from '../../domain/status.ts';
import { lasting, quick } from './effects.ts';
import { leaveAll } from './environments.ts';
import { listen } from './inbox.ts';
import { Interrupted, RunEnded } from './interrupt.ts';
import { notify } from './notify.ts';
import { Run } from './run.ts';

/**
 * The frame of every flow: listens, reads the product's configuration, lets the flow run, and ends it properly: environments
 * given back, the record written, people told. A cancel request of Temporal's counts as an abort.
 */
export async function conduct(
  flow: FlowName,
  input: unknown,
  body: (run: Run, config: ProductConfig, asked: ReleaseInput) => Promise<string>,
): Promise<RunResult> {
  const checked = checkReleaseInput(input);
  const run = new Run(flow, checked.ok ? checked.value.product : 'unknown', (checked.ok ? checked.value.by : undefined) ?? 'unknown');
  listen(run);
  CancellationScope.current().cancelRequested.catch(() => {
    run.interrupted ??= { control: 'abort', by: 'a cancel request of Temporal' };
    run.interruption.resolve(run.interrupted);
  });
  return CancellationScope.nonCancellable(async () => {
    const { outcome, reason } = await ending(async () => {
      if (!checked.ok) throw new RunEnded('failed', `invalid input: ${checked.problems.join('; ')}`);
      const config = await openProduct(run, checked.value);
      return body(run, config, checked.value);
    });
    if (outcome !== 'succeeded') await run.undo?.();
    return finish(run, outcome, reason);
  });
}

async function openProduct(run: Run, asked: ReleaseInput): Promise<ProductConfig> {
  const loaded = await quick.loadProduct(asked.product);
  if (!loaded.ok) throw new RunEnded('failed', `invalid input: ${loaded.problems.join('; ')}`);
  const { config } = loaded;
  run.known = knownPeople(config, run.startedBy);
  run.channels = config.notifications;
  run.write('started', `${run.flow} of ${run.product} started by ${run.startedBy}`, {
    input: asked,
    configuration: loaded.digest,
    file: loaded.file,
    runId: workflowInfo().runId,
  });
  return config;
}

/** Everybody whom the configuration names, and the one who started the run. */
export function knownPeople(config: ProductConfig, starter: string): string[] {
  const named = [
    ...Object.values(config.people.groups).flat(),
    ...Object.values(config.environments).flatMap((environment) => resolvePeople(environment.approval?.from ?? [], config.people.groups)),
    ...Object.values(config.agents).flatMap((agent) => resolvePeople(agent?.person ?? [], config.people.groups)),
  ];
  return [...new Set([...named, starter])];
}

async function ending(flow: () => Promise<string>): Promise<{ outcome: Outcome; reason: string }> {
  try {
    return { outcome: 'succeeded', reason: await flow() };
  } catch (error) {
    if (error instanceof RunEnded) return { outcome: error.outcome, reason: error.message };
    if (error instanceof Interrupted) return { outcome: 'aborted', reason: error.message };
    throw error;
  }
}

async function finish(run: Run, outcome: Outcome, reason: string): Promise<RunResult> {
  run.outcome = outcome;
  run.reason = reason;
  run.stage = 'ended';
  run.endedAt = Date.now();
  run.write('ended', `${outcome}: ${reason}`, { outcome });
  run.publish();
  run.label();
  await flush(run);
  await leaveAll(run, [...run.granted, ...(run.queue ? [run.queue.environment] : [])]);
  if (outcome === 'blocked') notify(run, 'blocked', `${run.product} can't be released yet`, run.blockers.map((blocker) => `- ${blocker}`).join('\n'));
  if (outcome === 'failed' || outcome === 'aborted' || outcome === 'rejected') notify(run, 'failed', `${run.flow} of ${run.product}: ${outcome}`, reason);
  await Promise.all(run.notifications);
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
  };
}

/** Writes what has come together since the last time into the ledger. */
export async function flush(run: Run, deployment?: DeploymentHistoryRow): Promise<void> {
  await lasting.record(run.takeLines(), deployment);
}
