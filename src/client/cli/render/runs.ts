import { phaseTitle } from '../../../domain/run/phases.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import type { RunSummary } from '../../../control/runs.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './table.ts';
import { wholeSeconds } from './text.ts';

/** Runs as a table: what, how it stands, where it is, what it waits for, since when. */
export function renderRuns(runs: readonly RunSummary[], now: number, width: number, paint: Paint): string {
  return renderTable(
    runs,
    [
      { title: 'RUN', text: ({ run }) => run, style: paint.strong, flexible: true },
      {
        title: 'VERSION',
        text: ({ version, run }) => (version && !run.endsWith(`/v${version}`) ? `v${version}` : ''),
      },
      { title: 'STATE', text: stateOf, style: (text, run) => stateStyle(run, paint)(text) },
      {
        title: 'PHASE',
        text: ({ phase, outcome }) => (phase && !outcome ? phaseTitle(phase) : ''),
        flexible: true,
      },
      { title: 'WAITING FOR', text: ({ waitingFor }) => waitingFor ?? '', style: paint.attention },
      {
        title: 'STARTED',
        text: ({ started }) => `${formatDuration(wholeSeconds(now - Date.parse(started)))} ago`,
        style: paint.faint,
      },
      {
        title: 'TOOK',
        text: ({ started, ended }) =>
          ended ? formatDuration(wholeSeconds(Date.parse(ended) - Date.parse(started))) : '',
        style: paint.faint,
      },
    ],
    width,
    paint,
  );
}

function stateOf({ outcome, state, waitingFor }: RunSummary): string {
  if (outcome) return outcome;
  if (state !== 'running' || !waitingFor) return state;
  return waitingFor === 'resume' ? 'paused' : 'waiting';
}

function stateStyle(run: RunSummary, paint: Paint): (text: string) => string {
  switch (stateOf(run)) {
    case 'succeeded':
      return paint.good;
    case 'running':
      return paint.busy;
    case 'waiting':
    case 'paused':
      return paint.attention;
    default:
      return paint.bad;
  }
}
