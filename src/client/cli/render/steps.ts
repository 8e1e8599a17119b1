import { phaseTitle } from '../../../domain/run/phases.ts';
import type { RunStatus, StepState, StepStatus } from '../../../domain/run/status.ts';
import { notReached, toldSteps, tryOf } from '../../../domain/run/step-list.ts';
import { stepSigns } from '../../../domain/run/step-signs.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import type { Paint } from './paint.ts';
import { fit, oneLine, pad, wholeSeconds } from './text.ts';
import type { View } from './view.ts';

type Steps = readonly StepStatus[];

/** The steps under their phases, in at most so many lines: phases that are done, or not begun, become one line each where it is tight. */
export function renderSteps(status: RunStatus, room: number, view: View): readonly string[] {
  const told = { ...status, steps: toldSteps(status) };
  const whole = phases(told.steps, view);
  return whole.length <= room ? whole : shorten(whole, Math.max(3, room), told, view);
}

function phases(steps: Steps, view: View): string[] {
  const titleWidth = Math.min(
    Math.max(0, ...steps.map(({ title }) => [...oneLine(title)].length)),
    Math.max(20, Math.floor(view.width * 0.55)),
  );
  return byPhase(steps).flatMap(([phase, own]) => [
    view.paint.strong(fit(titleOf(phase), view.width)),
    ...own.map((step) => line(step, titleWidth, view)),
  ]);
}

function byPhase(steps: Steps): [string, Steps][] {
  const names = [...new Set(steps.map(({ phase }) => phase))];
  return names.map((phase) => [phase, steps.filter((step) => step.phase === phase)]);
}

const titleOf = (phase: string): string => oneLine(phaseTitle(phase));

const timeWidth = 8;

function line(step: StepStatus, titleWidth: number, { now, width, paint }: View): string {
  const took = step.started ? (Date.parse(step.ended ?? '') || now) - Date.parse(step.started) : undefined;
  const time = took === undefined ? '' : formatDuration(step.ended ? took : wholeSeconds(took));
  const tries = tryOf(step) > 1 ? `attempt ${tryOf(step)}` : '';
  const rest = [tries, oneLine(step.summary ?? '')].filter(Boolean).join(' · ');
  const fixed = 4 + titleWidth + 1 + timeWidth;
  const note = rest === '' || width - fixed - 2 < 8 ? '' : `  ${fit(rest, width - fixed - 2)}`;
  const title = pad(fit(oneLine(step.title), titleWidth), titleWidth);
  const quiet = step.state === 'pending' || step.state === 'skipped';
  const noteStyle = step.state === 'failed' ? paint.bad : paint.faint;
  return `  ${sign(step.state, paint)} ${quiet ? paint.faint(title) : title} ${paint.faint(time.padStart(timeWidth))}${noteStyle(note)}`.trimEnd();
}

function sign(state: StepState, paint: Paint): string {
  const styles: Readonly<Record<StepState, Paint[keyof Paint]>> = {
    succeeded: paint.good,
    failed: paint.bad,
    running: paint.busy,
    waiting: paint.attention,
    pending: paint.faint,
    skipped: paint.faint,
    cancelled: paint.faint,
  };
  return styles[state](stepSigns[state]);
}

const isOver = ({ state }: StepStatus): boolean => state === 'succeeded' || state === 'skipped';
const isAhead = ({ state }: StepStatus): boolean => state === 'pending';

function shorten(whole: readonly string[], room: number, status: RunStatus, view: View): readonly string[] {
  const { paint } = view;
  const ended = status.outcome !== undefined;
  const folded = byPhase(status.steps).flatMap(([phase, own]) => {
    const about = `${titleOf(phase)} `;
    if (own.every(isOver))
      return [
        `${sign('succeeded', paint)} ${paint.strong(about.trim())} ${paint.faint(counted(own.length))}`,
      ];
    if (own.every(isAhead))
      return [
        paint.faint(`${stepSigns.pending} ${about}${counted(own.length)}${ended ? ` ${notReached}` : ''}`),
      ];
    return whole.length - room <= 2 ? phases(own, view) : foldPhase(phase, own, ended, view);
  });
  const lines = folded.length < whole.length ? folded : whole;
  if (lines.length <= room) return lines;
  const hidden = lines.length - room + 1;
  return [...lines.slice(0, room - 1), paint.faint(`  … ${hidden} more lines: sluice show ${status.run}`)];
}

/** A phase that is under way: what is over and what is to come as one line each. */
function foldPhase(phase: string, own: Steps, ended: boolean, view: View): string[] {
  const { paint } = view;
  const over = own.filter(isOver);
  const ahead = own.filter(isAhead);
  const now = own.filter((step) => !isOver(step) && !isAhead(step));
  const next = now.length === 0 && !ended ? ahead.slice(0, 1) : [];
  const rest = ahead.length - next.length;
  return [
    paint.strong(titleOf(phase)),
    ...(over.length > 0
      ? [`  ${sign('succeeded', paint)} ${paint.faint(`${counted(over.length)} done`)}`]
      : []),
    ...phases([...now, ...next], view).slice(1),
    ...(rest > 0
      ? [paint.faint(`  ${stepSigns.pending} ${counted(rest)} ${ended ? notReached : 'to come'}`)]
      : []),
  ];
}

function counted(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}
