import type { MessageLine } from './message-lines.ts';
import { splitPullRequest } from './header.ts';

/** What a message says about taking back other commits, or bringing them back. */

/** A title under its reverts: `Reapply "x"` and `Revert "Revert "x""` are both `x`, turned round twice. */
export interface TurnedTitle {
  readonly base: string;
  readonly turns: number;
}

/** One revert; a squashed commit may hold several. */
export interface Revert {
  /** undefined where only a hash is named. */
  readonly of: TurnedTitle | undefined;
  /** As written, perhaps shortened. */
  readonly shas: readonly string[];
  /** The pull request that it takes back (`Reverts acme/shop#12`). */
  readonly pr: number | undefined;
}

export interface Reverts {
  /** Whether the header itself is a revert, so that the commit does nothing else. */
  readonly whole: boolean;
  readonly list: readonly Revert[];
}

/** No line without it says anything here, but for footers of a revert. */
const spoken = /revert|reapply/i;
const quoted = /^(Revert|Reapply) "(.*)"/;
const asType = /^revert(?:\([^()]*\))?!?:\s+(.*)$/i;
const sentence =
  /\bThis reverts commits? ([0-9a-f]{7,64}(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+|\s+)[0-9a-f]{7,64})*)/g;
/** A conventional revert names them in a footer. */
const footer = /^Refs?: ((?:[0-9a-f]{7,64}(?:,\s*|\s+|$))+)$/;
const pullRequest = /^Reverts (?:[\w.-]+\/[\w.-]+)?#(\d{1,15})\b/;

/** Takes a title apart; one that is no revert has no turns. */
export function turnedTitle(title: string): TurnedTitle {
  let base = splitPullRequest(title.trim()).text;
  let turns = 0;
  for (;;) {
    const [, word, inner] = quoted.exec(base) ?? [];
    const typed = word === undefined ? asType.exec(base)?.[1] : undefined;
    if (inner === undefined && typed === undefined) return { base, turns };
    turns += word === 'Reapply' ? 2 : 1;
    base = splitPullRequest((inner ?? typed ?? '').trim()).text;
  }
}

export function readReverts(header: string, lines: readonly MessageLine[]): Reverts | undefined {
  const own = targetOf(header);
  if (!own && !lines.some(({ text }) => spoken.test(text))) return undefined;
  const found: { of: TurnedTitle | undefined; shas: string[]; pr: number | undefined }[] = [];
  if (own) found.push({ of: own, shas: [], pr: undefined });
  for (const { text } of joined(lines)) {
    const squashed = /^[*-] (.*)$/.exec(text)?.[1];
    const of = squashed === undefined ? undefined : targetOf(squashed);
    const last = found.at(-1);
    // The title of the squash is most often that of its only commit.
    if (of && !(last && last.shas.length === 0 && isSame(last.of, of)))
      found.push({ of, shas: [], pr: undefined });
    const shas = [...text.matchAll(sentence)].flatMap(([, list]) => hashes(list));
    if (own) shas.push(...hashes(footer.exec(text)?.[1]));
    const pr = pullRequest.exec(text)?.[1];
    if (shas.length + (pr === undefined ? 0 : 1) === 0) continue;
    const current = found.at(-1);
    if (current === undefined)
      found.push({ of: undefined, shas, pr: pr === undefined ? undefined : Number(pr) });
    else {
      current.shas.push(...shas);
      if (pr !== undefined) current.pr ??= Number(pr);
    }
  }
  const list = withoutPairs(found);
  return found.length === 0 ? undefined : { whole: own !== undefined, list };
}

/** The title that a revert takes back: its own with one turn less. */
function targetOf(title: string): TurnedTitle | undefined {
  const { base, turns } = turnedTitle(title);
  return turns === 0 ? undefined : { base, turns: turns - 1 };
}

/** What a squashed commit took back of itself. */
function withoutPairs<R extends Revert>(found: readonly R[]): R[] {
  const left: R[] = [];
  for (const revert of found) {
    const own = { base: revert.of?.base ?? '', turns: (revert.of?.turns ?? 0) - 1 };
    const at = found.length > 1 && revert.of ? left.findLastIndex(({ of }) => isSame(of, own)) : -1;
    if (at >= 0) left.splice(at, 1);
    else left.push(revert);
  }
  return left;
}

/** People and tools wrap the sentence after its verb. */
function joined(lines: readonly MessageLine[]): MessageLine[] {
  return lines
    .map((line, at) =>
      /\bThis reverts commits?$/.test(line.text.trimEnd())
        ? { ...line, text: `${line.text.trimEnd()} ${lines[at + 1]?.text.trim() ?? ''}` }
        : line,
    )
    .filter(({ shown }) => !shown);
}

const isSame = (a: TurnedTitle | undefined, b: TurnedTitle) => a?.base === b.base && a.turns === b.turns;
const hashes = (list: string | undefined) => list?.match(/[0-9a-f]{7,64}/g) ?? [];
