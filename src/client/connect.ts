import { Connection } from '@temporalio/client';
import { Sluice } from './sluice.ts';
import { connectionRefused, findTarget, refuseDeadAddress, type ConnectOptions } from './target.ts';

/**
 * Connects to Temporal the way its own tools do (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key, profiles).
 * @throws NoConnection, which says what to do.
 */
export async function connect(options: ConnectOptions = {}): Promise<Sluice> {
  const target = findTarget(options);
  const timeout = options.timeout ?? 5_000;
  await refuseDeadAddress(target, timeout);
  try {
    const connection = await Connection.connect({ ...target.connection, connectTimeout: timeout });
    return new Sluice(connection, target);
  } catch (error) {
    throw connectionRefused(target.connection.address, error);
  }
}
