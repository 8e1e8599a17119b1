import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseBackend, emptyTable, sameTable } from '../../../src/adapters/router/table.ts';
import type { RouterTable } from '../../../src/adapters/router/table.ts';

const table = (weights: Record<string, number>): RouterTable => ({
  backends: Object.fromEntries(
    Object.entries(weights).map(([slot, weight]) => [
      slot,
      { version: `v-${slot}`, address: 'http://127.0.0.1:1', weight },
    ]),
  ),
});
const weights = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.nat({ max: 1_000 }), { maxKeys: 5 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('chooseBackend', () => {
  it('chooses nothing where nothing has weight', () => {
    expect(chooseBackend(emptyTable, 0.5)).toBeUndefined();
    expect(chooseBackend(table({ blue: 0, green: 0 }), 0.5)).toBeUndefined();
  });

  it('never chooses a slot without weight or one that was tried, and always finds one that is left', () => {
    fc.assert(
      fc.property(weights, random, fc.array(fc.stringMatching(/^[a-z]{1,5}$/)), (byWeight, number, tried) => {
        const choice = chooseBackend(table(byWeight), number, new Set(tried));
        const left = Object.entries(byWeight).filter(([slot, weight]) => weight > 0 && !tried.includes(slot));
        expect(choice !== undefined).toBe(left.length > 0);
        if (choice) expect(left.map(([slot]) => slot)).toContain(choice.slot);
      }),
    );
  });

  it('gives each slot exactly its share of the range', () => {
    const counts: Record<string, number> = {};
    for (let step = 0; step < 10_000; step += 1) {
      const { slot } = chooseBackend(table({ blue: 9, green: 1 }), step / 10_000)!;
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    expect(counts).toEqual({ blue: 9_000, green: 1_000 });
  });
});

describe('sameTable', () => {
  it('compares slots, versions, addresses and weights, not their order', () => {
    expect(sameTable(table({ a: 1, b: 2 }), table({ b: 2, a: 1 }))).toBe(true);
    expect(sameTable(table({ a: 1 }), table({ a: 2 }))).toBe(false);
    expect(sameTable(table({ a: 1 }), table({ a: 1, b: 0 }))).toBe(false);
    expect(sameTable(table({ a: 1 }), table({ b: 1 }))).toBe(false);
  });
});
