import { shortDigest } from '../../../domain/digest.ts';
import type { Rehearsed } from '../../../domain/rehearsal/result.ts';
import type { Moment } from '../../../domain/rehearsal/timeline.ts';
import { offsetText } from '../../../domain/rehearsal/timeline.ts';
import { formatDuration } from '../../../domain/time.ts';
import type { Paint } from './paint.ts';
import { fit, oneLine, pad, wrap } from './text.ts';

/** A rehearsal for a terminal: what was rehearsed, the timeline that would have happened, and how it would have ended. */
export function renderRehearsal(rehearsed: Rehearsed, width: number, paint: Paint): string {
  return [
    ...head(rehearsed, width, paint),
    '',
    ...rows(rehearsed.timeline, width, paint),
    '',
    ...foot(rehearsed, width, paint),
  ].join('\n');
}

const labelWidth = 16;

function fact(label: string, text: string, width: number, paint: Paint): string[] {
  return wrap(oneLine(text), width - labelWidth - 2).map(
    (line, index) => `  ${paint.faint(pad(index === 0 ? label : '', labelWidth))}${line}`,
  );
}

function head(
  { flow, product, file, configuration, faults, people }: Rehearsed,
  width: number,
  paint: Paint,
): string[] {
  const wrong = faults.length > 0 ? faults : ['nothing'];
  return [
    paint.strong(`Rehearsal: ${flow} of ${product}`),
    ...fact('Configuration', `${file} (${shortDigest(configuration)})`, width, paint),
    ...wrong.flatMap((fault, index) => fact(index === 0 ? 'Goes wrong' : '', fault, width, paint)),
    ...fact('People', people, width, paint),
  ];
}

function rows(timeline: readonly Moment[], width: number, paint: Paint): string[] {
  const times = timeline.map(({ at }) => offsetText(at));
  const timeWidth = Math.max(8, ...times.map((time) => time.length));
  const longest = Math.max(0, ...timeline.map(({ what }) => [...oneLine(what)].length));
  const whatWidth = Math.min(longest, 64, Math.max(20, Math.floor(width * 0.42)));
  return timeline.flatMap((moment, index) => {
    const { sign, style } = lookOf(moment, paint);
    const took =
      moment.took === undefined || moment.took < 500
        ? ''
        : formatDuration(Math.round(moment.took / 1_000) * 1_000);
    const room = width - timeWidth - whatWidth - tookWidth - 8;
    const rest = restOf(moment);
    const notes = room < 8 || rest === '' ? [] : isTelling(moment) ? wrap(rest, room) : [fit(rest, room)];
    const [first = '', ...more] = notes.map((note) =>
      moment.state === 'failed' || moment.kind === 'end' ? style(note) : paint.faint(note),
    );
    const title = pad(fit(oneLine(moment.what), whatWidth), whatWidth);
    const line = `${paint.faint((times[index] ?? '').padStart(timeWidth))}  ${style(sign)} ${title} ${paint.faint(took.padStart(tookWidth))}  ${first}`;
    const indent = ' '.repeat(timeWidth + whatWidth + tookWidth + 7);
    return [line.trimEnd(), ...more.map((each) => `${indent}${each}`)];
  });
}

const tookWidth = 7;

/** What somebody looks for in a rehearsal is not cut: why it held, failed, or went back. */
const isTelling = ({ kind, state }: Moment): boolean =>
  kind === 'evidence' || kind === 'note' || kind === 'end' || state === 'failed' || state === 'refused';

/** With a sign and a word for each, for those who see no colours. */
function lookOf(
  { kind, state }: Moment,
  paint: Paint,
): { readonly sign: string; readonly style: (text: string) => string } {
  switch (kind) {
    case 'step':
      if (state === 'succeeded') return { sign: '✔', style: paint.good };
      return state === 'failed' ? { sign: '✖', style: paint.bad } : { sign: '–', style: paint.faint };
    case 'gate':
      return { sign: '◆', style: paint.attention };
    case 'decision':
      return { sign: '▸', style: state === 'refused' ? paint.bad : paint.busy };
    case 'notification':
      return { sign: '✉', style: paint.busy };
    case 'traffic':
      return { sign: '⇄', style: paint.busy };
    case 'fault':
      return { sign: '!', style: paint.attention };
    case 'evidence':
      return { sign: '●', style: /roll-back|holds/.test(state) ? paint.attention : paint.faint };
    case 'note':
      return { sign: '·', style: paint.faint };
    case 'end':
      return { sign: '■', style: state === 'succeeded' ? paint.good : paint.bad };
  }
}

function restOf({ kind, state, reason }: Moment): string {
  const said = oneLine(reason);
  switch (kind) {
    case 'step':
    case 'traffic':
      return said;
    case 'gate':
      return state === 'asked' ? `asked${said === '' ? '' : `: ${said}`}` : said;
    case 'decision':
      return state === 'refused' ? `refused: ${said}` : said;
    case 'notification':
    case 'fault':
    case 'note':
    case 'evidence':
    case 'end':
      return [state, said].filter(Boolean).join(': ');
  }
}

function foot(
  { outcome, reason, duration, wall, events, remarks }: Rehearsed,
  width: number,
  paint: Paint,
): string[] {
  const style = outcome === 'succeeded' ? paint.good : outcome === undefined ? paint.attention : paint.bad;
  const [first = '', ...more] = wrap(oneLine(reason), width - labelWidth - 2);
  const word = outcome ?? 'it would wait for ever';
  return [
    `  ${paint.faint(pad('Outcome', labelWidth))}${style(word)}`,
    ...[first, ...more].map((line) => `  ${pad('', labelWidth)}${line}`),
    ...fact('Would take', offsetText(duration), width, paint),
    ...fact('Took', `${(wall / 1_000).toFixed(1)}s, ${events} events in its history`, width, paint),
    ...remarks.flatMap((remark, index) => fact(index === 0 ? 'Remarks' : '', remark, width, paint)),
  ];
}
