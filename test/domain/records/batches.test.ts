import { expect, test } from 'vitest';
import { inBatches } from '../../../src/domain/records/batches.ts';
import type { LedgerLine } from '../../../src/domain/records/records.ts';

const line = (key: string, characters: number): LedgerLine => {
  const bare = { key, run: 'r', product: 'p', at: '', kind: 'comment', summary: '', data: {} };
  return { ...bare, summary: 'x'.repeat(characters - JSON.stringify(bare).length) };
};
const keys = (parts: readonly LedgerLine[][]): string[][] => parts.map((part) => part.map(({ key }) => key));

test('no lines are no part', () => {
  expect(inBatches([])).toEqual([]);
});

test('a part is filled up to its size, and the next one begins with what did not fit', () => {
  const lines = [line('a', 100), line('b', 100), line('c', 100), line('d', 150)];
  expect(keys(inBatches(lines, 200))).toEqual([['a', 'b'], ['c'], ['d']]);
  expect(keys(inBatches(lines, 250))).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
});

test('a line that is longer than a part stands alone, and none is lost', () => {
  expect(keys(inBatches([line('a', 100), line('long', 900), line('b', 100)], 200))).toEqual([
    ['a'],
    ['long'],
    ['b'],
  ]);
});

test('by itself a part is far below the 2 MB that a payload may have', () => {
  const parts = inBatches(Array.from({ length: 50 }, (_, index) => line(`${index}`, 40_000)));
  expect(parts.flat()).toHaveLength(50);
  for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(250_000);
});
