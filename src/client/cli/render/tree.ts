import type { RunStatus } from '../../../domain/run/status.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { renderFoot } from './foot.ts';
import { renderSteps } from './steps.ts';
import { fit, oneLine, wholeSeconds } from './text.ts';
import type { View } from './view.ts';

/** A run as people look at it: who and what, phases and steps, and what it waits for with the command to give. */
export function renderTree(status: RunStatus, view: View): readonly string[] {
  const head = renderHead(status, view);
  const foot = renderFoot(status, view);
  const room = (view.height ?? Infinity) - head.length - foot.length - 1;
  return [...head, ...renderSteps(status, room, view), ...foot];
}

function renderHead(status: RunStatus, { now, width, paint }: View): string[] {
  const age = formatDuration(
    wholeSeconds(Date.parse(status.ended ?? '') || now) - wholeSeconds(Date.parse(status.started)),
  );
  const word = stateWord(status);
  const line = `${paint.strong(status.run)}  ${stateStyle(status, paint)(word)} ${paint.faint(`${status.outcome ? 'after' : 'for'} ${age}`)}`;
  const versions = status.version
    ? `${status.previousVersion ? `v${status.previousVersion} → ` : ''}v${status.version}`
    : '';
  const about = [
    versions,
    status.commit ? `commit ${status.commit.slice(0, 7)}` : '',
    status.startedBy ? `started by ${oneLine(status.startedBy)}` : '',
  ]
    .filter(Boolean)
    .join(' · ');
  return [line, ...(about ? [paint.faint(fit(`  ${about}`, width))] : []), ''];
}

/** The run in one word. */
function stateWord({
  outcome,
  paused,
  gates,
  queue,
}: Pick<RunStatus, 'outcome' | 'paused' | 'gates' | 'queue'>): string {
  if (outcome) return outcome;
  if (paused) return 'paused';
  if (gates.length > 0) return 'waiting';
  return queue ? 'queued' : 'running';
}

function stateStyle(status: RunStatus, paint: View['paint']): (text: string) => string {
  if (status.outcome) return status.outcome === 'succeeded' ? paint.good : paint.bad;
  return stateWord(status) === 'running' ? paint.busy : paint.attention;
}
