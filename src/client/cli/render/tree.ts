import type { RunStatus, StepState, StepStatus } from '../../../domain/run/status.ts';
import { blueGreenPhases } from '../../../domain/blue-green/plan.ts';
import { releasePhases } from '../../../domain/release/plan.ts';
import { shortDigest } from '../../../domain/text/digest.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { renderGate } from './gate.ts';
import type { Paint } from './paint.ts';
import { fit, oneLine, pad, wholeSeconds, wrap } from './text.ts';

export interface View {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly width: number;
  readonly paint: Paint;
  /** Lines of a gate's details that are shown; the rest is for `sluice show`. */
  readonly detailLines: number;
  /** Lines that the terminal has; what does not fit is told in one line. Without it, everything is shown. */
  readonly height?: number;
}

const symbols: Readonly<Record<StepState, string>> = {
  pending: '○',
  running: '●',
  waiting: '◆',
  succeeded: '✔',
  failed: '✖',
  skipped: '–',
  cancelled: '⊘',
};

/** A run as people look at it: who and what, phases and steps, and what it waits for with the command to give. */
export function renderTree(status: RunStatus, view: View): readonly string[] {
  const head = renderHead(status, view);
  const steps = renderPhases(status, view);
  const foot = renderFoot(status, view);
  const room = (view.height ?? Infinity) - head.length - foot.length - 1;
  return [
    ...head,
    ...(steps.length <= room ? steps : shorten(steps, Math.max(3, room), status, view)),
    ...foot,
  ];
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
export function stateWord({
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

function stateStyle(status: RunStatus, paint: Paint): (text: string) => string {
  if (status.outcome) return status.outcome === 'succeeded' ? paint.good : paint.bad;
  return stateWord(status) === 'running' ? paint.busy : paint.attention;
}

function renderPhases(status: RunStatus, view: View): string[] {
  const phases = [...new Set(status.steps.map(({ phase }) => phase))];
  const titleWidth = Math.min(
    Math.max(0, ...status.steps.map(({ title }) => [...oneLine(title)].length)),
    Math.max(20, Math.floor(view.width * 0.55)),
  );
  return phases.flatMap((phase) => [
    view.paint.strong(fit(phaseTitle(phase), view.width)),
    ...status.steps.filter((step) => step.phase === phase).map((step) => renderStep(step, titleWidth, view)),
  ]);
}

function renderStep(step: StepStatus, titleWidth: number, { now, width, paint }: View): string {
  const took = step.started ? (Date.parse(step.ended ?? '') || now) - Date.parse(step.started) : undefined;
  const time = took === undefined ? '' : formatDuration(step.ended ? took : wholeSeconds(took));
  const tries = step.attempts > 1 ? `attempt ${step.attempts}` : '';
  const rest = [tries, oneLine(step.summary ?? '')].filter(Boolean).join(' · ');
  const fixed = 4 + titleWidth + 1 + timeWidth;
  const note = rest === '' || width - fixed - 2 < 8 ? '' : `  ${fit(rest, width - fixed - 2)}`;
  const title = pad(fit(oneLine(step.title), titleWidth), titleWidth);
  const style = stepStyle(step.state, paint);
  const quiet = step.state === 'pending' || step.state === 'skipped';
  const noteStyle = step.state === 'failed' ? paint.bad : paint.faint;
  return `  ${style(symbols[step.state])} ${quiet ? paint.faint(title) : title} ${paint.faint(time.padStart(timeWidth))}${noteStyle(note)}`.trimEnd();
}

const timeWidth = 8;

function stepStyle(state: StepState, paint: Paint): (text: string) => string {
  switch (state) {
    case 'succeeded':
      return paint.good;
    case 'failed':
      return paint.bad;
    case 'running':
      return paint.busy;
    case 'waiting':
      return paint.attention;
    case 'pending':
    case 'skipped':
    case 'cancelled':
      return paint.faint;
  }
}

function renderFoot(status: RunStatus, view: View): string[] {
  const { paint, width, now } = view;
  const lines: string[] = [];
  const add = (mark: string, style: (text: string) => string, text: string): void => {
    const wrapped = wrap(oneLine(text), width - 2);
    lines.push(...wrapped.map((line, i) => `${i === 0 ? style(mark) : ' '} ${line}`));
  };
  if (status.paused)
    add(
      '◆',
      paint.attention,
      `Paused by ${status.paused.by}${status.paused.comment ? `: ${status.paused.comment}` : ''}. Go on with: sluice resume ${status.run}`,
    );
  if (status.queue)
    add(
      '◆',
      paint.attention,
      `Number ${status.queue.position} in the queue for ${status.queue.environment}${status.queue.behind ? `, behind ${status.queue.behind}` : ''}`,
    );
  const watching = status.steps.some(({ id, state }) => state === 'running' && id.endsWith('.monitor'));
  const samples = watching ? (status.rollout?.samples ?? []).slice(-3) : [];
  for (const sample of samples) add('∿', paint.faint, sample);
  const weights = Object.entries(status.rollout?.weights ?? {}).map(([slot, weight]) => `${slot} ${weight}%`);
  if (weights.length > 0 && !status.outcome) add('⇄', paint.faint, `traffic: ${weights.join(', ')}`);
  for (const blocker of status.blockers) add('✖', paint.bad, blocker);
  for (const concern of status.concerns) add('!', paint.attention, concern);
  for (const gate of status.gates)
    lines.push(
      ...(lines.length > 0 ? [''] : []),
      ...renderGate(gate, status.run, { now, width, paint, detailLines: view.detailLines }),
    );
  // Whole, however narrow the terminal is: they are copied.
  for (const { title, state, log } of status.steps)
    if (state === 'failed' && log !== undefined)
      lines.push(`  ${paint.faint(`log of "${oneLine(title)}":`)} ${oneLine(log)}`);
  if (status.outcome) {
    const good = status.outcome === 'succeeded';
    add(good ? '✔' : '✖', good ? paint.good : paint.bad, `${status.outcome}: ${status.reason}`);
    for (const { title, url } of status.links)
      lines.push(`  ${paint.faint(`${oneLine(title)}:`)} ${oneLine(url)}`);
  }
  if (status.refusedCount > 0) {
    const last = status.refused.at(-1);
    add(
      '⊘',
      paint.attention,
      `${status.refusedCount} ${status.refusedCount === 1 ? 'message was' : 'messages were'} refused${last ? `; the last one: ${last.kind}${last.by ? ` by ${last.by}` : ''}, ${last.reason}` : ''}`,
    );
  }
  return lines.length > 0 ? ['', ...lines] : [];
}

/** On a low terminal: phases that are done, or not begun, become one line each. */
function shorten(steps: readonly string[], room: number, status: RunStatus, view: View): readonly string[] {
  const phases = [...new Set(status.steps.map(({ phase }) => phase))];
  const folded = phases.flatMap((phase) => {
    const own = status.steps.filter((step) => step.phase === phase);
    const over = own.filter(({ state }) => state === 'succeeded' || state === 'skipped').length;
    const untouched = own.every(({ state }) => state === 'pending');
    if (over === own.length)
      return [
        `${view.paint.good('✔')} ${view.paint.strong(phaseTitle(phase))} ${view.paint.faint(`${countSteps(own.length)}`)}`,
      ];
    if (untouched) return [view.paint.faint(`○ ${phaseTitle(phase)} ${countSteps(own.length)}`)];
    return steps.length - room <= 2
      ? renderPhases({ ...status, steps: own }, view)
      : foldPhase(phase, own, status, view);
  });
  const lines = folded.length < steps.length ? folded : steps;
  return lines.length <= room
    ? lines
    : [
        ...lines.slice(0, room - 1),
        view.paint.faint(`  … ${lines.length - room + 1} more lines: sluice show ${status.run}`),
      ];
}

/** A phase that is under way: what is over and what is to come as one line each. */
function foldPhase(phase: string, own: readonly StepStatus[], status: RunStatus, view: View): string[] {
  const over = own.filter(({ state }) => state === 'succeeded' || state === 'skipped');
  const ahead = own.filter(({ state }) => state === 'pending');
  const now = own.filter((step) => !over.includes(step) && !ahead.includes(step));
  const next = now.length === 0 ? ahead.slice(0, 1) : [];
  const rest = ahead.length - next.length;
  return [
    view.paint.strong(phaseTitle(phase)),
    ...(over.length > 0
      ? [`  ${view.paint.good(symbols.succeeded)} ${view.paint.faint(`${countSteps(over.length)} done`)}`]
      : []),
    ...renderPhases({ ...status, steps: [...now, ...next] }, view).slice(1),
    ...(rest > 0 ? [view.paint.faint(`  ○ ${countSteps(rest)} to come`)] : []),
  ];
}

function countSteps(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}

export function phaseTitle(phase: string): string {
  const titles: Readonly<Record<string, string>> = { ...releasePhases, ...blueGreenPhases };
  return titles[phase] ?? oneLine(phase);
}

/** The lines that say what changed between two looks, for output that can't be redrawn. */
export function renderChanges(before: RunStatus | undefined, after: RunStatus): string[] {
  const lines: string[] = [];
  const known = new Map((before?.steps ?? []).map((step) => [step.id, step]));
  for (const step of after.steps) {
    const was = known.get(step.id);
    if (
      step.state === 'pending' ||
      (was?.state === step.state && was.attempts === step.attempts && was.summary === step.summary)
    )
      continue;
    const took =
      step.started && step.ended
        ? ` (${formatDuration(Date.parse(step.ended) - Date.parse(step.started))})`
        : '';
    lines.push(
      `${symbols[step.state]} ${oneLine(step.title)}: ${step.state}${took}${step.summary ? ` – ${oneLine(step.summary)}` : ''}`,
    );
  }
  if (after.paused && !before?.paused) lines.push(`◆ paused by ${oneLine(after.paused.by)}`);
  if (before?.paused && !after.paused) lines.push('● going on');
  if (after.queue && after.queue.position !== before?.queue?.position)
    lines.push(`◆ number ${after.queue.position} in the queue for ${after.queue.environment}`);
  const open = new Set((before?.gates ?? []).map(({ id, opened }) => `${id} ${opened}`));
  for (const gate of after.gates.filter(({ id, opened }) => !open.has(`${id} ${opened}`))) {
    lines.push(
      `◆ ${oneLine(gate.statement)}${gate.digest ? ` (digest ${shortDigest(gate.digest)})` : ''} – sluice show ${after.run}`,
    );
  }
  for (const decision of after.decisions.slice(before?.decisions.length ?? 0))
    lines.push(`◇ ${decision.kind} by ${oneLine(decision.by)}: ${oneLine(decision.reason)}`);
  if (after.refusedCount > (before?.refusedCount ?? 0))
    lines.push(
      `⊘ ${after.refusedCount - (before?.refusedCount ?? 0)} refused: ${oneLine(after.refused.at(-1)?.reason ?? '')}`,
    );
  const sample = after.rollout?.samples.at(-1);
  if (sample !== undefined && sample !== before?.rollout?.samples.at(-1)) lines.push(`∿ ${oneLine(sample)}`);
  if (after.outcome && !before?.outcome)
    lines.push(`${after.outcome === 'succeeded' ? '✔' : '✖'} ${after.outcome}: ${oneLine(after.reason)}`);
  return lines;
}
