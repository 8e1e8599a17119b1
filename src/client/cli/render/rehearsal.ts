import type { Rehearsed } from '../../../domain/rehearsal/result.ts';
import type { Moment } from '../../../domain/rehearsal/timeline.ts';
import { offsetText } from '../../../domain/rehearsal/timeline.ts';
import type { Paint } from './paint.ts';
import { effortOf, headOf, lookOf, outcomeWord, restOf, titleOf, tookOf, whatOf } from './rehearsal-words.ts';
import { fit, oneLine, pad, wrap } from './text.ts';

/** A rehearsal for a terminal: what was rehearsed, the timeline that would have happened, and how it would have ended. */
export function renderRehearsal(rehearsed: Rehearsed, width: number, paint: Paint): string {
  return [
    paint.strong(titleOf(rehearsed)),
    ...headOf(rehearsed).flatMap(([label, lines]) => facts(label, lines, width, paint)),
    '',
    ...rows(rehearsed.timeline, width, paint),
    '',
    ...foot(rehearsed, width, paint),
  ].join('\n');
}

const labelWidth = 16;

const facts = (label: string, lines: readonly string[], width: number, paint: Paint): string[] =>
  lines.flatMap((line, index) => fact(index === 0 ? label : '', line, width, paint));

function fact(label: string, text: string, width: number, paint: Paint): string[] {
  return wrap(oneLine(text), width - labelWidth - 2).map(
    (line, index) => `  ${paint.faint(pad(index === 0 ? label : '', labelWidth))}${line}`,
  );
}

function rows(timeline: readonly Moment[], width: number, paint: Paint): string[] {
  const times = timeline.map(({ at }) => offsetText(at));
  const whats = timeline.map((moment, index) => whatOf(moment, timeline[index - 1]));
  const timeWidth = Math.max(8, ...times.map((time) => time.length));
  const longest = Math.max(0, ...whats.map((what) => [...what].length));
  const whatWidth = Math.min(longest, 64, Math.max(20, Math.floor(width * 0.42)));
  return timeline.flatMap((moment, index) => {
    const { sign, look } = lookOf(moment);
    const style = paint[look];
    const room = width - timeWidth - whatWidth - tookWidth - 8;
    const rest = restOf(moment);
    const notes = room < 8 || rest === '' ? [] : isTelling(moment) ? wrap(rest, room) : [fit(rest, room)];
    const [first = '', ...more] = notes.map((note) =>
      moment.state === 'failed' || moment.kind === 'end' ? style(note) : paint.faint(note),
    );
    const title = pad(fit(whats[index] ?? '', whatWidth), whatWidth);
    const line = `${paint.faint((times[index] ?? '').padStart(timeWidth))}  ${style(sign)} ${title} ${paint.faint(tookOf(moment).padStart(tookWidth))}  ${first}`;
    const indent = ' '.repeat(timeWidth + whatWidth + tookWidth + 7);
    return [line.trimEnd(), ...more.map((each) => `${indent}${each}`)];
  });
}

const tookWidth = 7;

/** What somebody looks for in a rehearsal is not cut: why it held, failed, or went back. */
const isTelling = ({ kind, state }: Moment): boolean =>
  kind === 'evidence' || kind === 'note' || kind === 'end' || state === 'failed' || state === 'refused';

function foot(rehearsed: Rehearsed, width: number, paint: Paint): string[] {
  const { outcome, reason, blockers = [], duration, remarks } = rehearsed;
  const style = outcome === 'succeeded' ? paint.good : outcome === undefined ? paint.attention : paint.bad;
  return [
    `  ${paint.faint(pad('Outcome', labelWidth))}${style(outcomeWord(rehearsed))}`,
    ...wrap(oneLine(reason), width - labelWidth - 2).map((line) => `  ${pad('', labelWidth)}${line}`),
    ...facts('Blockers', blockers, width, paint),
    ...fact('Would take', offsetText(duration), width, paint),
    ...fact('Took', effortOf(rehearsed), width, paint),
    ...facts('Remarks', remarks, width, paint),
  ];
}
