import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutTail, outputsOf, readLogEnd, tailOf } from '../../../src/adapters/commands/output.ts';

const asIs = (text: string) => text;
const hide = (text: string) => text.replaceAll('hunter2hunter2', '[redacted]');
/** Bytes as programs print them: noise, text, long runs, pieces of characters. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: 'binary', maxLength: 100 }).map((text) => new TextEncoder().encode(text)),
      fc
        .tuple(fc.constantFrom('é', '😀', 'a', '\r', '\n', '\u001b[31m', '\u001b', '\0'), fc.nat(6000))
        .map(([unit, n]) => new TextEncoder().encode(unit.repeat(n))),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));

describe('the tail of arbitrary output', () => {
  it('is a valid string of at most 4 KB without control characters', () => {
    fc.assert(
      fc.property(bytes, (output) => {
        const tail = tailOf(output, asIs);
        expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(4096);
        expect(tail.isWellFormed()).toBe(true);
        expect(tail).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 500 },
    );
  });

  it('never shows a secret, wherever it stands', () => {
    fc.assert(
      fc.property(bytes, fc.nat(5000), fc.nat(5000), (output, before, after) => {
        const text = Buffer.concat([
          output,
          Buffer.from(`${'x'.repeat(before)}hunter2hunter2${'y'.repeat(after)}`),
        ]);
        expect(tailOf(text, hide)).not.toMatch(/hunter2|unter2$/);
      }),
    );
  });

  it('shows nothing of a secret whose first letter ends a control sequence', () => {
    expect(tailOf(Buffer.from('\u001bhunter2hunter2'), hide)).not.toContain('unter2');
  });

  it('is the end of the text, at most cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 3000 }),
        fc.integer({ min: 8, max: 4096 }),
        (text, limit) => {
          const cut = cutTail(text, limit);
          expect(text.endsWith(cut)).toBe(true);
          expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});

describe('outputs', () => {
  it('are a JSON object or nothing, for arbitrary output', () => {
    fc.assert(fc.property(bytes, (output) => void outputsOf(output, asIs)));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const line = JSON.stringify(object);
        expect(outputsOf(Buffer.from(`before\n${line}\n\n`), asIs)).toEqual(JSON.parse(line));
      }),
    );
  });

  it('hold no secret, in keys and values of any depth', () => {
    const line = JSON.stringify({ a: [{ hunter2hunter2: 'my hunter2hunter2', n: 1, none: null }] });
    expect(outputsOf(Buffer.from(line), hide)).toEqual({
      a: [{ '[redacted]': 'my [redacted]', n: 1, none: null }],
    });
  });
});

describe('a log', () => {
  it('that is not there or empty is empty', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-output-'));
    try {
      writeFileSync(join(directory, 'empty'), '');
      for (const name of ['missing', 'empty']) {
        expect(await readLogEnd(join(directory, name), asIs)).toEqual({ tail: '', outputs: undefined });
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
