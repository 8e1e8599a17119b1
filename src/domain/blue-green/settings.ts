import { defaultEnvironment } from '../environments/purpose.ts';
import type { ProductConfig } from '../config/schema.ts';

/** Where green is put beside blue; also of a product that doesn't say, which is told what else is missing. */
export function environmentOfGreen({ blueGreen }: Pick<ProductConfig, 'blueGreen'>): string {
  return blueGreen?.environment ?? defaultEnvironment;
}
