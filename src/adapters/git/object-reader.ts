import { converse } from './conversation.ts';
import type { LocalRepository } from './local-repository.ts';

/** Reads files and differences of many commits by two git processes. */
export interface ObjectReader {
  /** The bytes of a file at a commit; undefined where there is none. */
  file(commit: string, path: string): Promise<Uint8Array | undefined>;
  /** Files that differ between two commits. */
  changed(older: string, newer: string): Promise<readonly string[]>;
  close(): void;
}

/** git repeats a line that is no hash, and prints everything before it. */
const mark = 'that was all';

export function openObjectReader(repository: LocalRepository): ObjectReader {
  const files = converse(repository, ['cat-file', '--batch']);
  const trees = converse(repository, [
    'diff-tree',
    '--stdin',
    '-r',
    '-z',
    '--name-only',
    '--no-renames',
    '--no-ext-diff',
    '--always',
  ]);
  return {
    file: async (commit, path) => {
      // A line is a question: what no line can name is asked of nobody.
      if (/[\n\0]/.test(path)) return undefined;
      const answer = await files.ask(`${commit}:${path}\n`, (printed) => readHead(printed)?.length);
      const from = readHead(answer)?.content;
      return from === undefined ? undefined : Uint8Array.from(answer.subarray(from, -1));
    },
    changed: async (older, newer) => {
      const answer = await trees.ask(`${newer} ${older}\n${mark}\n`, (printed) => {
        const at = printed.indexOf(`${mark}\n`);
        return at < 0 ? undefined : at + mark.length + 1;
      });
      const [, ...paths] = answer.toString('utf8').split('\0');
      return paths.slice(0, -1);
    },
    close: () => {
      files.close();
      trees.close();
    },
  };
}

/** The first line of an answer: where the content begins, if it is a file's, and how long all of it is. */
function readHead(
  printed: Buffer,
): { readonly content: number | undefined; readonly length: number } | undefined {
  const end = printed.indexOf(10);
  if (end < 0) return undefined;
  const [, type, size] = / (\w+) (\d+)$/.exec(printed.toString('utf8', 0, end)) ?? [];
  if (size === undefined) return { content: undefined, length: end + 1 };
  return { content: type === 'blob' ? end + 1 : undefined, length: end + 1 + Number(size) + 1 };
}
