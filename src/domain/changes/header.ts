import { typeNamed } from './types.ts';

/** The first line of a message: `feat(cart)!: show totals (#12)`. */
export interface Header {
  /** The usual name of the type; undefined where it is none that Sluice knows, or the line is not conventional. */
  readonly type: string | undefined;
  /** The word where a type stands, as it was written. */
  readonly word: string | undefined;
  readonly scope: string | undefined;
  /** Without type, scope and pull request number; the whole line where the type isn't known. */
  readonly subject: string;
  readonly breaking: boolean;
  readonly pr: number | undefined;
}

const conventional = /^(\w[\w-]*)(?:\(([^()]*)\))?(!)?:\s+(.*)$/;

/** @param known whether a word that Sluice doesn't know is a type all the same */
export function readHeader(line: string, known: (word: string) => boolean = () => false): Header {
  const [, word, scope, bang, text] = conventional.exec(line) ?? [];
  const type = word === undefined ? undefined : typeNamed(word);
  const isType = type !== undefined || (word !== undefined && known(word));
  const { text: subject, pr } = splitPullRequest((isType ? (text ?? '') : line).trim());
  return {
    type,
    word,
    scope: isType ? (scope?.trim() ?? '') || undefined : undefined,
    subject,
    breaking: bang !== undefined,
    pr,
  };
}

/** `(#12)`, `(!12)` or `(pull request #12)` at the end of a title. */
export function splitPullRequest(title: string): { text: string; pr: number | undefined } {
  const at = title.endsWith(')') ? title.lastIndexOf('(') : -1;
  const number = at < 0 ? undefined : /^\((?:#|!|pull request #)(\d{1,15})\)$/.exec(title.slice(at))?.[1];
  if (number === undefined) return { text: title, pr: undefined };
  return { text: title.slice(0, at).trimEnd() || title, pr: Number(number) };
}
