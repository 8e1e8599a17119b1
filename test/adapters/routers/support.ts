import { expect } from 'vitest';
import type { VersionLoad } from '../../support/load.ts';
import { statisticalError } from '../../support/load.ts';

/** From nothing to everything and back, as a rollout goes and is taken back. */
export const weightsThereAndBack = [1, 10, 50, 100, 50, 10, 1, 0];
const samples = 2_000;

/** Measures each weight under load after it was set; not one request may fail, and the shares are those that were asked for. */
export async function expectShares(
  load: VersionLoad,
  version: string,
  set: (weight: number) => Promise<unknown>,
): Promise<void> {
  for (const weight of weightsThereAndBack) {
    await set(weight);
    const { of } = await load.measure(samples);
    const off = Math.abs((of[version] ?? 0) - (samples * weight) / 100);
    expect(off, `${weight} %: ${JSON.stringify(of)}`).toBeLessThanOrEqual(statisticalError(samples, weight));
    expect(load.failures).toEqual([]);
  }
}
