import { NoConnection, SluiceError } from '../../errors.ts';
import { connect } from '../../connect.ts';
import { findTarget } from '../../target.ts';
import type { SharedOptions } from '../options.ts';
import type { Check } from './check.ts';

/** The server, and whether a worker is there. Where nobody said which server, there may be none before `sluice up`. */
export async function checkTemporal({ address, namespace, profile }: SharedOptions): Promise<Check[]> {
  const options = {
    ...(address ? { address } : {}),
    ...(namespace ? { namespace } : {}),
    ...(profile ? { profile } : {}),
  };
  try {
    await using sluice = await connect(options);
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
    if (error instanceof NoConnection && error.address !== '' && !findTarget(options).named)
      return [
        {
          level: 'warn',
          what: 'server',
          says: `none answers at ${error.address}; all above was looked at without it`,
          mend: 'sluice up brings one, with a worker: look again once it is up',
          about: 'connection',
        },
      ];
    const says =
      error instanceof SluiceError
        ? error.message
        : `the server answers, but: ${error instanceof Error ? error.message : String(error)}`;
    return [{ level: 'fail', what: 'server', says, about: 'connection' }];
  }
}
