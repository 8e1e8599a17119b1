import type { ManifestKind } from './kind.ts';
import { membersIn } from './kind.ts';

/**
 * go.mod: every module that is required, also indirectly, is built in. A replacement is what is really built. go.work names further
 * modules.
 */
export const go: ManifestKind = {
  file: 'go.mod',
  beside: ['go.work'],
  members: (root) =>
    membersIn(
      linesOf(root['go.work'] ?? '', 'use').map(([directory = '']) => directory),
      'go.mod',
    ),
  shared: () => ({}),
  nameOf: (text) => linesOf(text, 'module')[0]?.[0],
  read: (text) => {
    const found = new Map<string, string>();
    for (const [path, version] of linesOf(text, 'require'))
      if (path !== undefined && version !== undefined) found.set(path, version);
    for (const words of linesOf(text, 'replace')) {
      const arrow = words.indexOf('=>');
      const [path = '', only] = words.slice(0, arrow);
      const required = found.get(path);
      if (arrow < 1 || required === undefined || (only !== undefined && only !== required)) continue;
      found.set(path, words.slice(arrow + 1).join(' '));
    }
    return found;
  },
};

/** The words of each line of a directive, whether it stands alone (`require a v1`) or in a block (`require ( … )`). */
export function linesOf(text: string, directive: string): string[][] {
  const found: string[][] = [];
  let block: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const words = (line.replace(/\/\/.*$/, '').match(/"[^"]*"|`[^`]*`|[^\s()]+|[()]/g) ?? []).map((word) =>
      word.replace(/^["`]|["`]$/g, ''),
    );
    const [first, second] = words;
    if (first === undefined) continue;
    if (block !== undefined) {
      if (first === ')') block = undefined;
      else if (block === directive) found.push(words);
    } else if (second === '(') block = first;
    else if (first === directive) found.push(words.slice(1));
  }
  return found;
}
