import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { differenceKinds } from '../../src/domain/backtest/difference.ts';

it('docs/backtest.md has every kind of difference', async () => {
  const doc = await readFile(path.join(import.meta.dirname, '../../docs/backtest.md'), 'utf8');
  const told = [...doc.matchAll(/^\| `(\w+)`/gm)].map(([, kind]) => kind).filter((kind) => kind !== 'other');
  const kinds = Object.keys(differenceKinds).filter((kind) => kind !== 'other');
  expect(told.sort()).toEqual(kinds.sort());
});
