import { shortDigest } from '../../../domain/text/digest.ts';
import { isChoiceKind } from '../../../domain/run/messages.ts';
import type { GateStatus } from '../../../domain/run/status.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { oneLine, pad, paragraphs, wholeSeconds, wrap } from './text.ts';
import type { View } from './view.ts';

/** What is being decided, on what evidence, by whom, until when, and the exact commands to give. */
export function renderGate(
  gate: GateStatus,
  run: string,
  { now, width, paint, detailLines }: View,
): string[] {
  const details = gate.details.trim() === '' ? [] : paragraphs(gate.details, width - 4, paint.strong);
  const hidden = details.length - detailLines;
  const shown =
    hidden > 1
      ? [...details.slice(0, detailLines), paint.faint(`… ${hidden} more lines: sluice show ${run}`)]
      : details;
  return [
    ...wrap(oneLine(gate.statement), width - 2).map(
      (line, i) => `${i === 0 ? paint.attention('◆') : ' '} ${paint.strong(line)}`,
    ),
    ...shown.map((line) => `  ${paint.faint('│')} ${line}`.trimEnd()),
    ...wrap(facts(gate, now), width - 2).map((line) => paint.faint(`  ${line}`)),
    ...gate.votes.map(
      ({ by, choice, comment }) => `  ${oneLine(`${by}: ${choice}${comment ? ` – ${comment}` : ''}`)}`,
    ),
    ...commands(gate, run).map(
      ([title, command], _, all) =>
        `  ${pad(title, Math.max(...all.map(([t]) => t.length)))}  ${paint.busy(command)}`,
    ),
  ];
}

function facts(gate: GateStatus, now: number): string {
  const who = gate.who.length > 0 ? gate.who.map(oneLine).join(', ') : 'anybody the configuration names';
  const left = gate.expires ? formatDuration(wholeSeconds(Date.parse(gate.expires) - now)) : undefined;
  return [
    gate.kind === 'approval' ? `${gate.stillNeeded} more needed of ${who}` : `to be answered by ${who}`,
    left ? `${gate.onExpiry ? `${oneLine(gate.onExpiry)} ` : 'expires '}in ${left}` : '',
    gate.digest ? `digest ${shortDigest(gate.digest)}` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

function commands(gate: GateStatus, run: string): [string, string][] {
  return gate.choices.map(({ id, title }) => {
    const command = isChoiceKind(id) ? `sluice ${id} ${run}` : `sluice answer ${run} ${quoted(id)}`;
    return [oneLine(title), `${command}${id === 'reject' ? ' --comment "why"' : ''}`];
  });
}

function quoted(id: string): string {
  return /^[\w.-]+$/.test(id) ? id : `'${oneLine(id).replaceAll("'", `'\\''`)}'`;
}
