import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { alertsAt } from '../alerts-at.ts';
import { untilStopped } from '../until-stopped.ts';

interface WorkerOptions extends SharedOptions {
  readonly catalog: string;
  readonly directory: string;
  readonly role: 'all' | 'flows' | 'activities';
  readonly metrics?: string;
  readonly alerts?: string;
}

/** `sluice worker`: one worker of a fleet, until SIGTERM or Ctrl-C. It waits for a server that is not there yet. */
export async function worker(
  io: Io,
  _args: string[],
  { catalog, directory, role, metrics, alerts }: WorkerOptions,
): Promise<number> {
  const { startFleetWorker } = await import('../../../workers/fleet.ts');
  const running = await startFleetWorker({
    catalog,
    directory,
    role,
    ...(metrics ? { metrics } : {}),
    ...(alerts ? { alerts: alertsAt(alerts) } : {}),
    onProgress: (line) => io.note(line),
  });
  await untilStopped(io, running, 'the worker');
  return exitCodes.done;
}
