import { SluiceError } from '../../errors.ts';
import { connect } from '../../connect.ts';
import type { SharedOptions } from '../options.ts';
import type { Check } from './check.ts';

/** The server, and whether a worker is there. */
export async function checkTemporal({ address, namespace, profile }: SharedOptions): Promise<Check[]> {
  try {
    await using sluice = await connect({
      ...(address ? { address } : {}),
      ...(namespace ? { namespace } : {}),
      ...(profile ? { profile } : {}),
    });
    const polls = await sluice.hasWorker();
    return [
      {
        level: 'ok',
        what: 'server',
        says: `${sluice.address}, namespace ${sluice.namespace}`,
        about: 'connection',
      },
      polls
        ? { level: 'ok', what: 'worker', says: 'asks for work', about: 'connection' }
        : {
            level: 'fail',
            what: 'worker',
            says: 'none has asked for work within the last minute',
            mend: 'start one: sluice up, or sluice worker',
            about: 'connection',
          },
    ];
  } catch (error) {
    const says =
      error instanceof SluiceError
        ? error.message
        : `the server answers, but: ${error instanceof Error ? error.message : String(error)}`;
    return [{ level: 'fail', what: 'server', says, about: 'connection' }];
  }
}
