import type { LedgerLine } from './records.ts';

/** Characters. A payload may have 2 MB: what people wrote in a thousand long comments takes several. */
const batchSize = 200_000;

/** The lines in their order, in parts of at most `size` characters of JSON each; a line that is longer is a part of its own. */
export function inBatches(lines: readonly LedgerLine[], size = batchSize): LedgerLine[][] {
  const all: LedgerLine[][] = [];
  let filled = Infinity;
  for (const line of lines) {
    const length = JSON.stringify(line).length;
    filled += length;
    if (filled > size) {
      all.push([line]);
      filled = length;
    } else all.at(-1)?.push(line);
  }
  return all;
}
