import { CommitParser } from 'conventional-commits-parser';

/**
 * What a commit message says (https://www.conventionalcommits.org).
 * Only for activities and adapters: the parser it stands on does not load in the workflow sandbox.
 */

/** A commit as git tells it. */
export interface RawCommit {
  readonly sha: string;
  readonly subject: string;
  readonly body: string;
  readonly author: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
}

export interface Breaking {
  readonly description: string;
  /** What users have to do, where the message says it. */
  readonly migration: string | undefined;
}

export interface ParsedCommit {
  readonly sha: string;
  /** In lower case and by its usual name (`feat`, `fix`, `perf`, …); `other` where the message is not conventional. */
  readonly type: string;
  readonly scope: string | undefined;
  /** Without type, scope and pull request number. */
  readonly subject: string;
  readonly breaking: Breaking | undefined;
  /** Pull request: `(#12)` at the end of the subject, or of a merge. */
  readonly pr: number | undefined;
  /** Issues that it closes (`fixes #3`). */
  readonly fixes: readonly number[];
  /** The commit that it takes back. */
  readonly reverts: { readonly sha: string | undefined; readonly header: string } | undefined;
  /** A merge without a conventional title of its own: its content is told by the commits it brought. */
  readonly merge: boolean;
  /** The author first, then `Co-authored-by:`. */
  readonly authors: readonly { readonly name: string; readonly email: string }[];
  /** ISO 8601. */
  readonly date: string;
  /** The first line as it was written. */
  readonly header: string;
}

/** Known types under their usual name. A word that is none of them (`note: …`, `cart: …`) is prose, so the commit is `other`. */
const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'feat fix perf refactor improvement security docs style test build ci chore revert deps'
      .split(' ')
      .map((type) => [type, type]),
  ),
  feature: 'feat',
  bugfix: 'fix',
  hotfix: 'fix',
  improve: 'improvement',
  doc: 'docs',
  tests: 'test',
  dep: 'deps',
};

const parser = new CommitParser({
  headerPattern: /^(\w+)(?:\(([^()]*)\))?!?:\s+(.*)$/,
  breakingHeaderPattern: /^(\w+)(?:\(([^()]*)\))?!:\s+(.*)$/,
  headerCorrespondence: ['type', 'scope', 'subject'],
  mergePattern: /^Merge (?:pull request #(\d+)|branch|remote-tracking branch|tag|commit)\b.*$/,
  mergeCorrespondence: ['pr'],
  notesPattern: (keywords) => new RegExp(`^[\\s*]*(${keywords}):[\\s*]*(.*)`, 'i'),
  // `-field-` lines and loose references would take text away from the body and from the notes; and the parser's own
  // pattern for references needs seconds for a long line. Without prefixes it is switched off, though its types don't say so.
  fieldPattern: /(?!)/,
  issuePrefixes: undefined as never,
});

const trailer =
  /^(?:signed-off-by|co-authored-by|reviewed-by|acked-by|tested-by|reported-by|change-id|sluice-run|cc|refs?|see|close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?::|\s+#)/i;
const migrationStart =
  /^\s*(?:\*\*)?(?:migration(?: path| guide)?|to migrate|how to migrate|migrate)\b[^:\n]{0,40}:(?:\*\*)?\s*/im;
const maxLine = 2_000;
const maxBody = 50_000;

export function parseCommit(commit: RawCommit): ParsedCommit {
  const header = commit.subject.slice(0, maxLine);
  const body = commit.body
    .slice(0, maxBody)
    .split(/\r?\n/)
    .map((line) => line.slice(0, maxLine))
    .join('\n');
  const message = `${header}\n\n${body}`;
  const parsed = parser.parse(message.trim() === '' ? '(no message)' : message);
  const type = Object.hasOwn(types, (parsed['type'] ?? '').toLowerCase())
    ? types[(parsed['type'] ?? '').toLowerCase()]
    : undefined;
  const title = (type === undefined ? parsed.header : parsed['subject']) ?? '';
  const { text: subject, pr } = splitPullRequest(title.trim());
  const noted = parsed.notes.map((note) => withoutTrailers(note.text)).filter((text) => text !== '');
  const merge = parsed.merge !== null;
  return {
    sha: commit.sha,
    type: type ?? 'other',
    scope: type === undefined ? undefined : (parsed['scope']?.trim() ?? '') || undefined,
    subject,
    breaking:
      parsed.notes.length === 0
        ? undefined
        : breakingOf(noted.join('\n\n').replace(title.trim(), subject) || subject, body),
    pr: pr ?? (parsed['pr'] == null ? undefined : Number(parsed['pr'])),
    fixes: closedIssues(message),
    reverts: revertOf(header, body),
    merge: merge && type === undefined,
    authors: authorsOf(commit),
    date: commit.date,
    header: commit.subject,
  };
}

/**
 * The commits that make a difference, in the order given (newest first): merges told by their content, the double of a
 * merged pull request, pairs of a commit and its revert, and Sluice's own release commits and merges are left out.
 */
export function effectiveCommits(commits: readonly RawCommit[]): readonly ParsedCommit[] {
  const parsed = commits.map(parseCommit);
  const dropped = new Set<number>();
  for (const [index, commit] of parsed.entries()) {
    if (dropped.has(index) || !commit.reverts) continue;
    const { sha, header } = commit.reverts;
    const target = parsed.findIndex(
      (other, at) =>
        at > index &&
        !dropped.has(at) &&
        (sha === undefined ? sameTitle(other.header, header) : other.sha.startsWith(sha)),
    );
    if (target >= 0) dropped.add(index).add(target);
  }
  const kept = parsed.filter(
    (commit, index) => !dropped.has(index) && !commit.merge && !isOwn(commits[index]),
  );
  const byTitle = new Map<string, ParsedCommit>();
  for (const commit of kept) {
    const key = `${commit.type}(${commit.scope ?? ''})${commit.subject.toLowerCase()}`;
    const known = byTitle.get(key);
    // A commit and the pull request of the same title are one change; two such commits are two.
    if (!known || (known.pr === undefined) === (commit.pr === undefined))
      byTitle.set(known ? `${key}\0${commit.sha}` : key, commit);
    else byTitle.set(key, combine(known, commit));
  }
  return [...byTitle.values()];
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

/** Made by a release of Sluice's: it carries the trailer that names the run. */
function isOwn(commit: RawCommit | undefined): boolean {
  return commit !== undefined && /^Sluice-Run: /m.test(commit.body);
}

function combine(a: ParsedCommit, b: ParsedCommit): ParsedCommit {
  return {
    ...a,
    pr: a.pr ?? b.pr,
    breaking: a.breaking ?? b.breaking,
    fixes: [...new Set([...a.fixes, ...b.fixes])],
    authors: [...a.authors, ...b.authors],
  };
}

function splitPullRequest(title: string): { text: string; pr: number | undefined } {
  const match = /^(.*?)\s*\((?:#|!|pull request #)(\d{1,15})\)$/.exec(title);
  return match ? { text: match[1] || title, pr: Number(match[2]) } : { text: title, pr: undefined };
}

function breakingOf(note: string, body: string): Breaking {
  const marker = migrationStart.exec(note);
  if (marker)
    return {
      description: oneLine(note.slice(0, marker.index)),
      migration: oneLine(note.slice(marker.index + marker[0].length)) || undefined,
    };
  const [description = '', ...rest] = note.split(/\n\s*\n/);
  const elsewhere = migrationStart.exec(body);
  const told = elsewhere ? (body.slice(elsewhere.index + elsewhere[0].length).split(/\n\s*\n/)[0] ?? '') : '';
  return {
    description: oneLine(description),
    migration: oneLine(rest.join('\n')) || oneLine(withoutTrailers(told)) || undefined,
  };
}

function withoutTrailers(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => trailer.test(line));
  return (end < 0 ? lines : lines.slice(0, end)).join('\n').trim();
}

function revertOf(header: string, body: string): ParsedCommit['reverts'] {
  const title = /^Revert "(.*)"/.exec(header)?.[1] ?? /^revert(?:\([^()]*\))?!?:\s+(.*)$/i.exec(header)?.[1];
  if (title === undefined) return undefined;
  return { sha: /\bThis reverts commit ([0-9a-f]{7,64})\b/.exec(body)?.[1], header: title };
}

const sameTitle = (a: string, b: string) =>
  splitPullRequest(a.trim()).text === splitPullRequest(b.trim()).text;

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

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
