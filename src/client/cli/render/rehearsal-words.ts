import { shortDigest } from '../../../domain/text/digest.ts';
import type { Rehearsed } from '../../../domain/rehearsal/result.ts';
import type { Moment } from '../../../domain/rehearsal/timeline.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { flows } from '../../../domain/flows/registry.ts';
import { oneLine } from './text.ts';

/** How a moment looks: for people who see colours and for those who don't. */
export type Look = 'good' | 'bad' | 'attention' | 'busy' | 'faint';

/** What a rehearsal says, wherever it is shown. */
export function titleOf({ flow, product }: Rehearsed): string {
  return `Rehearsal: ${flows[flow].word} of ${product}`;
}

export const outcomeWord = ({ outcome }: Rehearsed): string => outcome ?? 'it would wait for ever';

/** What was rehearsed, before the timeline; each label with its lines. */
export function headOf({
  file,
  configuration,
  faults,
  people,
}: Rehearsed): readonly (readonly [label: string, lines: readonly string[]])[] {
  return [
    ['Configuration', [`${file} (${shortDigest(configuration)})`]],
    ['Goes wrong', faults.length > 0 ? faults : ['nothing']],
    ['People', [people]],
  ];
}

/** With a sign for each, for those who see no colours. */
export function lookOf({ kind, state }: Moment): { readonly sign: string; readonly look: Look } {
  switch (kind) {
    case 'step':
      if (state === 'succeeded') return { sign: '✔', look: 'good' };
      return state === 'failed' ? { sign: '✖', look: 'bad' } : { sign: '–', look: 'faint' };
    case 'gate':
      return { sign: '◆', look: 'attention' };
    case 'decision':
      return { sign: '▸', look: state === 'refused' ? 'bad' : 'busy' };
    case 'notification':
      return { sign: '✉', look: 'busy' };
    case 'traffic':
      return { sign: '⇄', look: 'busy' };
    case 'fault':
      return { sign: '!', look: 'attention' };
    case 'evidence':
      return { sign: '●', look: /roll-back|holds/.test(state) ? 'attention' : 'faint' };
    case 'note':
      return { sign: '·', look: 'faint' };
    case 'end':
      return { sign: '■', look: state === 'succeeded' ? 'good' : 'bad' };
  }
}

/** What is said of a moment beside what it is. */
export function restOf({ kind, state, reason }: Moment): string {
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
      return [state, said].filter(Boolean).join(': ');
    // Why it ended so stands beside the outcome.
    case 'end':
      return state;
  }
}

/** What it is about. Whoever is told of what stands in the row before is told the same words. */
export function whatOf(moment: Moment, before: Moment | undefined): string {
  const same = moment.kind === 'notification' && moment.what === before?.what;
  return same ? 'people are told of it' : oneLine(moment.what);
}

/** How long it took; what takes next to no time is not said. */
export function tookOf({ took }: Moment): string {
  return took === undefined || took < 500 ? '' : formatDuration(Math.round(took / 1_000) * 1_000);
}

export function effortOf({ wall, events }: Rehearsed): string {
  return `${(wall / 1_000).toFixed(1)}s, ${events} events in its history`;
}
