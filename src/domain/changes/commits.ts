import type { Breaking } from './breaking.ts';
import { breakingNotes, migrationOf } from './breaking.ts';
import { readHeader } from './header.ts';
import { mergeRequestIn, readMergeTitle } from './merges.ts';
import { bodyLines, headerOf, squashedHeader } from './message-lines.ts';
import type { MessageLine } from './message-lines.ts';
import type { Reverts } from './reverts.ts';
import { readReverts, turnedTitle } from './reverts.ts';
import type { TypeRule, TypeRules } from './types.ts';
import { ruleFor } from './types.ts';

export type { Breaking } from './breaking.ts';

/** What a commit message says (https://www.conventionalcommits.org/en/v1.0.0/). */

/** A commit as git tells it. */
export interface RawCommit {
  readonly sha: string;
  /** Full hashes; a merge has two or more. */
  readonly parents: readonly string[];
  /** The first line, as it was written. */
  readonly subject: string;
  /** What stands below it, as it was written. */
  readonly body: string;
  readonly author: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
}

export interface ParsedCommit {
  readonly sha: string;
  /** In lower case and by its usual name (`feat`, `fix`, `perf`, …); `other` where the message is not conventional. */
  readonly type: string;
  /** The word where a type stands, if it is none that Sluice or the product knows. */
  readonly unknownType: string | undefined;
  /** What the product's configuration says of its type. */
  readonly rule: TypeRule | undefined;
  readonly scope: string | undefined;
  /** Without type, scope and pull request number. */
  readonly subject: string;
  /** An entry for each thing that it breaks. */
  readonly breaking: readonly Breaking[];
  /** Pull request: `(#12)` at the end of the subject, or of a merge. */
  readonly pr: number | undefined;
  /** Issues that it closes (`fixes #3`). */
  readonly fixes: readonly number[];
  /** The commits that it takes back or brings back. */
  readonly reverts: Reverts | undefined;
  /** Its header is a merge's, and says nothing of its own. */
  readonly merge: boolean;
  /** The author first, then `Co-authored-by:`. */
  readonly authors: readonly { readonly name: string; readonly email: string }[];
  /** ISO 8601. */
  readonly date: string;
  /** The first line as it was written. */
  readonly header: string;
  /** What its message may mean and doesn't say in a form that counts. */
  readonly doubts: readonly string[];
}

const maxBody = 50_000;

/** @param rules what the product says of types (`release.types`) */
export function parseCommit(commit: RawCommit, rules: TypeRules = {}): ParsedCommit {
  const known = (word: string) => ruleFor(rules, word) !== undefined;
  const written = headerOf(commit.subject);
  const lines = bodyLines(commit.body);
  const merge = readMergeTitle(written);
  const title = merge === undefined ? written : (merge.title ?? titleBelow(lines, known));
  const turned = turnedTitle(title ?? '');
  // What was taken back twice is there again, and is what it was.
  const header = readHeader(turned.turns > 0 ? turned.base : (title ?? written), known);
  const takenBack = turned.turns % 2 === 1;
  const { notes, doubts } = breakingNotes(lines);
  const { pr } = readHeader(title ?? written);
  const subject = takenBack ? `Taken back: ${header.subject}` : header.subject;
  const isType = header.type !== undefined || (header.word !== undefined && known(header.word));
  return {
    sha: commit.sha,
    type: takenBack ? 'revert' : isType ? (header.type ?? (header.word ?? '').toLowerCase()) : 'other',
    unknownType: takenBack || isType || (merge && !title) ? undefined : header.word,
    rule: takenBack || header.word === undefined ? undefined : ruleFor(rules, header.word),
    scope: header.scope,
    subject,
    breaking: breakingOf(notes, header.breaking && !takenBack, subject, lines),
    pr: pr ?? merge?.pr ?? (merge ? mergeRequestIn(commit.body.slice(0, maxBody)) : undefined),
    fixes: closedIssues(`${written}\n\n${commit.body.slice(0, maxBody)}`),
    reverts: readReverts(title ?? written, lines),
    merge: merge !== undefined && title === undefined,
    authors: authorsOf(commit),
    date: commit.date,
    header: commit.subject,
    doubts: [...doubts, ...squashDoubts(lines, header.breaking || notes.length > 0, header.type)],
  };
}

/** Issue numbers that a message closes: the keyword stands right before the number (`fixes #3, #4`, `Closes: #5`). */
export function closedIssues(message: string): readonly number[] {
  const found = new Set<number>();
  for (const [, list] of message.matchAll(
    /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(#\d+(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)#\d+)*)\b/gi,
  )) {
    for (const [, number] of (list ?? '').matchAll(/#(\d+)/g)) found.add(Number(number));
  }
  return [...found].filter(Number.isSafeInteger);
}

/** Code hosts put a pull request's title below a merge's own first line; only one with a type is told from a description. */
function titleBelow(lines: readonly MessageLine[], known: (word: string) => boolean): string | undefined {
  const first = lines.find(({ text }) => text.trim() !== '')?.text.trim();
  if (first === undefined) return undefined;
  const { type, word } = readHeader(first);
  return type !== undefined || (word !== undefined && known(word)) || turnedTitle(first).turns > 0
    ? first
    : undefined;
}

function breakingOf(
  notes: readonly Breaking[],
  marked: boolean,
  subject: string,
  lines: readonly MessageLine[],
): readonly Breaking[] {
  if (notes.length > 0) return notes.map((note) => ({ ...note, description: note.description || subject }));
  return marked ? [{ description: subject, migration: migrationOf(lines) }] : [];
}

/** A squash is what its title says; where its parts say more, a person should look. */
function squashDoubts(lines: readonly MessageLine[], breaks: boolean, type: string | undefined): string[] {
  const parts = lines.flatMap(({ text, shown }) => (shown ? [] : (squashedHeader(text) ?? [])));
  const more = parts.find((part) => {
    const header = readHeader(part);
    return (
      header.type !== undefined &&
      ((header.breaking && !breaks) || (header.type === 'feat' && type !== 'feat' && !breaks))
    );
  });
  return more === undefined ? [] : [`* ${more}`];
}

function authorsOf(commit: RawCommit): ParsedCommit['authors'] {
  const others = [
    ...commit.body
      .slice(0, maxBody)
      .matchAll(/^co-authored-by:[ \t]*([^<>\n]{1,200}?)[ \t]*<([^<>\n]{1,200})>/gim),
  ];
  return [
    { name: commit.author, email: commit.email },
    ...others.map(([, name = '', email = '']) => ({ name, email })),
  ];
}
