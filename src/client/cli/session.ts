import { connect } from '../connect.ts';
import type { Sluice } from '../sluice.ts';
import type { SharedOptions } from './options.ts';

/** Connects, does the work, and closes, however the work ended. */
export async function withSluice<T>(
  options: SharedOptions,
  work: (sluice: Sluice) => Promise<T>,
): Promise<T> {
  const { address, namespace, profile } = options;
  const sluice = await connect({
    ...(address ? { address } : {}),
    ...(namespace ? { namespace } : {}),
    ...(profile ? { profile } : {}),
  });
  try {
    return await work(sluice);
  } finally {
    await sluice.close();
  }
}
