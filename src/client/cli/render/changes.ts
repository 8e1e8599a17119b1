import type { RunStatus, StepStatus } from '../../../domain/run/status.ts';
import { stepSigns } from '../../../domain/run/step-signs.ts';
import { shortDigest } from '../../../domain/text/digest.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { oneLine } from './text.ts';

/** The lines that say what changed between two states of a run, for output that can't be redrawn. */
export function renderChanges(before: RunStatus | undefined, after: RunStatus): string[] {
  return [
    ...changedSteps(before, after),
    ...newWaits(before, after),
    ...newMessages(before, after),
    ...newSample(before, after),
    ...(after.outcome && !before?.outcome
      ? [`${after.outcome === 'succeeded' ? '✔' : '✖'} ${after.outcome}: ${oneLine(after.reason)}`]
      : []),
  ];
}

function changedSteps(before: RunStatus | undefined, { steps }: RunStatus): string[] {
  const known = new Map((before?.steps ?? []).map((step) => [step.id, step]));
  return steps.filter((step) => isNews(known.get(step.id), step)).map(stepLine);
}

function isNews(was: StepStatus | undefined, { state, attempts, summary }: StepStatus): boolean {
  if (state === 'pending') return false;
  return was?.state !== state || was.attempts !== attempts || was.summary !== summary;
}

function stepLine({ state, title, started, ended, summary }: StepStatus): string {
  const took = started && ended ? ` (${formatDuration(Date.parse(ended) - Date.parse(started))})` : '';
  return `${stepSigns[state]} ${oneLine(title)}: ${state}${took}${summary ? ` – ${oneLine(summary)}` : ''}`;
}

function newWaits(before: RunStatus | undefined, { run, paused, queue, gates }: RunStatus): string[] {
  const open = new Set((before?.gates ?? []).map(({ id, opened }) => `${id} ${opened}`));
  return [
    ...(paused && !before?.paused ? [`◆ paused by ${oneLine(paused.by)}`] : []),
    ...(before?.paused && !paused ? ['● going on'] : []),
    ...(queue && queue.position !== before?.queue?.position
      ? [`◆ number ${queue.position} in the queue for ${queue.environment}`]
      : []),
    ...gates
      .filter(({ id, opened }) => !open.has(`${id} ${opened}`))
      .map(
        ({ statement, digest }) =>
          `◆ ${oneLine(statement)}${digest ? ` (digest ${shortDigest(digest)})` : ''} – sluice show ${run}`,
      ),
  ];
}

function newMessages(before: RunStatus | undefined, after: RunStatus): string[] {
  const refused = after.refusedCount - (before?.refusedCount ?? 0);
  return [
    ...after.decisions
      .slice(before?.decisions.length ?? 0)
      .map(({ kind, by, reason }) => `◇ ${kind} by ${oneLine(by)}: ${oneLine(reason)}`),
    ...(refused > 0 ? [`⊘ ${refused} refused: ${oneLine(after.refused.at(-1)?.reason ?? '')}`] : []),
  ];
}

function newSample(before: RunStatus | undefined, after: RunStatus): string[] {
  const sample = after.rollout?.samples.at(-1);
  return sample === undefined || sample === before?.rollout?.samples.at(-1) ? [] : [`∿ ${oneLine(sample)}`];
}
