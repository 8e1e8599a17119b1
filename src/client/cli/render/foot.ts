import type { RunStatus } from '../../../domain/run/status.ts';
import { renderGate } from './gate.ts';
import { oneLine, wrap } from './text.ts';
import type { View } from './view.ts';

/** What stands below the steps: what it waits for, with the command to give, what speaks against it, how it ended. */
export function renderFoot(status: RunStatus, view: View): string[] {
  const lines = [...underWay(status, view), ...objections(status, view)];
  for (const gate of status.gates)
    lines.push(...(lines.length > 0 ? [''] : []), ...renderGate(gate, status.run, view));
  lines.push(...logs(status, view), ...ending(status, view), ...refusals(status, view));
  return lines.length > 0 ? ['', ...lines] : [];
}

/** A text behind its sign, wrapped. */
function entry(sign: string, style: (text: string) => string, text: string, { width }: View): string[] {
  return wrap(oneLine(text), width - 2).map((line, i) => `${i === 0 ? style(sign) : ' '} ${line}`);
}

function underWay(status: RunStatus, view: View): string[] {
  const { paint } = view;
  const { run, paused, queue, steps, rollout, outcome } = status;
  const watching = steps.some(({ id, state }) => state === 'running' && id.endsWith('.monitor'));
  const samples = watching ? (rollout?.samples ?? []).slice(-3) : [];
  const weights = Object.entries(rollout?.weights ?? {}).map(([slot, weight]) => `${slot} ${weight}%`);
  const waits = [
    ...(paused
      ? [
          `Paused by ${paused.by}${paused.comment ? `: ${paused.comment}` : ''}. Go on with: sluice resume ${run}`,
        ]
      : []),
    ...(queue
      ? [
          `Number ${queue.position} in the queue for ${queue.environment}${queue.behind ? `, behind ${queue.behind}` : ''}`,
        ]
      : []),
  ];
  return [
    ...waits.flatMap((text) => entry('◆', paint.attention, text, view)),
    ...samples.flatMap((sample) => entry('∿', paint.faint, sample, view)),
    ...(weights.length > 0 && !outcome
      ? entry('⇄', paint.faint, `traffic: ${weights.join(', ')}`, view)
      : []),
  ];
}

function objections({ blockers, concerns }: RunStatus, view: View): string[] {
  return [
    ...blockers.flatMap((text) => entry('✖', view.paint.bad, text, view)),
    ...concerns.flatMap((text) => entry('!', view.paint.attention, text, view)),
  ];
}

/** Whole, however narrow the terminal is: they are copied. */
function logs({ steps }: RunStatus, { paint }: View): string[] {
  return steps.flatMap(({ title, state, log }) =>
    state === 'failed' && log !== undefined
      ? [`  ${paint.faint(`log of "${oneLine(title)}":`)} ${oneLine(log)}`]
      : [],
  );
}

function ending({ outcome, reason, links }: RunStatus, view: View): string[] {
  if (!outcome) return [];
  const { paint } = view;
  const good = outcome === 'succeeded';
  return [
    ...entry(good ? '✔' : '✖', good ? paint.good : paint.bad, `${outcome}: ${reason}`, view),
    ...links.map(({ title, url }) => `  ${paint.faint(`${oneLine(title)}:`)} ${oneLine(url)}`),
  ];
}

function refusals({ refusedCount, refused }: RunStatus, view: View): string[] {
  if (refusedCount === 0) return [];
  const last = refused.at(-1);
  const count = `${refusedCount} ${refusedCount === 1 ? 'message was' : 'messages were'} refused`;
  const which = last ? `; the last one: ${last.kind}${last.by ? ` by ${last.by}` : ''}, ${last.reason}` : '';
  return entry('⊘', view.paint.attention, `${count}${which}`, view);
}
