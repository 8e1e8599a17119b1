import type { MessageLine } from './message-lines.ts';
import { isTrailer, squashedHeader } from './message-lines.ts';

/** What a message says about changes that break something (conventional commits 1.0.0, 8 to 16). */

export interface Breaking {
  readonly description: string;
  /** What users have to do, where the message says it. */
  readonly migration: string | undefined;
}

export interface BreakingNotes {
  /** One for each footer, in the order of the message; without a description where the footer has none. */
  readonly notes: readonly Breaking[];
  /** Lines that look like such a footer and are none, as they were written. */
  readonly doubts: readonly string[];
}

/** The token is upper case in the specification. Marks of a list or of bold type don't make it another one. */
const token = /^(?:[*-] )?(?:\*\*|__|\*|_)?BREAKING[ -]CHANGE(?:\*\*|__|\*|_)?:(?:\*\*|__|\*|_)?\s*(.*)$/;
const denied = /^(?:no(?:ne|pe|thing|t applicable|t at all)?|n\/?a|false|-+|—)[.!\s]*$/i;
const migrationStart =
  /^\s*(?:\*\*)?(?:migration(?: path| guide)?|to migrate|how to migrate|migrate)\b[^:\n]{0,40}:(?:\*\*)?\s*/i;
/** `Breaking change: …`, `## BREAKING CHANGES`, `BREAKING CHANGE` alone: a person may have meant a footer. */
const alike = /^(?:[#*_\-\s]*)breaking[ -]changes?\b(.*)$/i;
const written = /^[#*_\-\s]*BREAKING[ -]CHANGE/;
const most = 20;

export function breakingNotes(lines: readonly MessageLine[]): BreakingNotes {
  const notes: Breaking[] = [];
  const doubts: string[] = [];
  const squash = lines.some(({ text, shown }) => !shown && squashedHeader(text) !== undefined);
  for (const [at, { text, shown }] of lines.entries()) {
    if (shown || notes.length + doubts.length >= most) continue;
    const value = token.exec(text)?.[1];
    if (value === undefined) {
      if (looksAlike(lines, at)) doubts.push(text.trim());
      continue;
    }
    const said = [value, ...followedBy(lines, at + 1, squash)];
    const note = said.join('\n').trim();
    // An answer to a template's question, and not a description.
    if (denied.test(note.split(/\n\s*\n/)[0] ?? '')) doubts.push(text.trim());
    else notes.push(splitNote(note));
  }
  const [only] = notes;
  if (only && notes.length === 1 && only.migration === undefined)
    return { notes: [{ ...only, migration: migrationOf(lines) }], doubts };
  return { notes: distinct(notes), doubts };
}

/** What a message tells users to do, outside of any note. */
export function migrationOf(lines: readonly MessageLine[]): string | undefined {
  const at = lines.findIndex(({ text, shown }) => !shown && migrationStart.test(text));
  const first = lines[at]?.text;
  if (first === undefined) return undefined;
  const rest = lines.slice(at + 1);
  const end = rest.findIndex(({ text }) => text.trim() === '' || isTrailer(text));
  const told = [first.replace(migrationStart, ''), ...rest.slice(0, end < 0 ? undefined : end).map(asText)];
  return oneLine(told.join('\n')) || undefined;
}

/** The lines that still belong to a note: up to the next trailer, note, or part of a squashed message. */
function followedBy(lines: readonly MessageLine[], from: number, squash: boolean): string[] {
  const rest = lines.slice(from);
  const end = rest.findIndex(
    ({ text }, index) =>
      token.test(text) ||
      squashedHeader(text) !== undefined ||
      (squash && /^[*-] /.test(text) && (rest[index - 1]?.text ?? '').trim() === '') ||
      (isTrailer(text) && !migrationStart.test(text)) ||
      written.test(text),
  );
  return rest.slice(0, end < 0 ? undefined : end).map(asText);
}

function splitNote(note: string): Breaking {
  const lines = note.split('\n');
  const at = lines.findIndex((line) => migrationStart.test(line));
  if (at > 0) {
    const told = [(lines[at] ?? '').replace(migrationStart, ''), ...lines.slice(at + 1)];
    return {
      description: oneLine(lines.slice(0, at).join('\n')),
      migration: oneLine(told.join('\n')) || undefined,
    };
  }
  const [description = '', ...rest] = note.split(/\n\s*\n/);
  return { description: oneLine(description), migration: oneLine(rest.join('\n')) || undefined };
}

/** `Breaking change: no` in a template breaks nothing, and `BREAKING CHANGE` without a colon is no footer; both are worth a look. */
function looksAlike(lines: readonly MessageLine[], at: number): boolean {
  const text = lines[at]?.text ?? '';
  const rest = alike
    .exec(text)?.[1]
    ?.replace(/^[*_]+/, '')
    .trim();
  if (rest === undefined) return false;
  if (written.test(text) || rest.startsWith(':')) return true;
  const next = lines.slice(at + 1).find((line) => line.text.trim() !== '');
  return rest === '' && next !== undefined && !denied.test(next.text.trim().replace(/^[*-] /, ''));
}

const distinct = (notes: readonly Breaking[]) =>
  notes.filter(
    ({ description }, index) =>
      description === '' || notes.findIndex((other) => other.description === description) === index,
  );

const asText = ({ text }: MessageLine) => text;
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
