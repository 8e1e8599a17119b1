import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { page } from '../../../src/activities/flows/answers.ts';
import type { LedgerLine } from '../../../src/domain/records/records.ts';

const line = (size: number, index: number): LedgerLine => ({
  key: `${index}`,
  run: 'release/shop/v1.0.0',
  product: 'shop',
  at: '2026-01-01T00:00:00.000Z',
  kind: 'evidence',
  summary: 'ä'.repeat(size),
  data: {},
});

describe('the account of a run, page by page', () => {
  it('is whole and in order however long it is, and no page is larger than an answer may be', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 30 }), (sizes) => {
        const lines = sizes.map(line);
        const read: LedgerLine[] = [];
        for (let from: number | undefined = 0; from !== undefined;) {
          const got = page(lines, from);
          expect(Buffer.byteLength(JSON.stringify(got.lines))).toBeLessThan(1_100_000);
          if (got.next !== undefined) expect(got.next).toBeGreaterThan(from);
          read.push(...got.lines);
          from = got.next;
        }
        expect(read.map(({ key }) => key)).toEqual(lines.map(({ key }) => key));
      }),
      { numRuns: 30 },
    );
  });

  it('has a line that is larger than a page on a page of its own', () => {
    const lines = [line(10, 0), line(700_000, 1), line(10, 2)];
    expect(page(lines, 0)).toMatchObject({ lines: [{ key: '0' }], next: 1 });
    expect(page(lines, 1)).toMatchObject({ lines: [{ key: '1' }], next: 2 });
    expect(page(lines, 2)).toEqual({ lines: [lines[2]] });
    expect(page([], 0)).toEqual({ lines: [] });
  });
});
