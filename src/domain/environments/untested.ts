import type { ProductConfig } from '../config/schema.ts';
import { environmentOf } from './environment-of.ts';
import { purposeOf } from './purpose.ts';

/** What nobody will try once a version serves users, as a concern; undefined where it is tried. processes/release.md, step 3.2. */
export function untested(config: Pick<ProductConfig, 'environments'>, name: string): string | undefined {
  if (purposeOf(name) !== 'production' || environmentOf(config, name)?.smoke !== undefined) return undefined;
  return `no smoke test is configured for ${name}: whether its critical paths work there is seen by its users first`;
}
