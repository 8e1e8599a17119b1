import type { BlueGreenConfig } from '../config/blue-green-schema.ts';
import type { ProductConfig } from '../config/schema.ts';

/** Of a product without a section `blueGreen`: it has to say more before anything is deployed, and is told so. */
export const blueGreenDefaults: BlueGreenConfig = {
  environment: 'production',
  infrastructure: [],
  maxAttempts: 10,
  maxTime: 4 * 60 * 60_000,
  maxCost: 20,
  review: { policy: 'consensus', maxRounds: 3 },
  canary: false,
};

/** Where green is put beside blue. */
export function environmentOfGreen({ blueGreen }: Pick<ProductConfig, 'blueGreen'>): string {
  return (blueGreen ?? blueGreenDefaults).environment;
}
