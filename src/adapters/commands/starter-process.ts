import type { StarterRequest, StarterSays } from './starter-messages.ts';
import { spawnSupervisor } from './supervisor.ts';

/**
 * The process that starts commands for a worker, and stays small. It lives as long as its worker: Ctrl-C reaches both, and a
 * worker that finishes its work still needs it. What it started lives on.
 */
process.title = 'sluice-starter';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => start(message as StarterRequest));

function start({ id, command }: StarterRequest): void {
  try {
    const child = spawnSupervisor(command);
    child.once('error', (error) => refuse(id, error));
    if (child.pid === undefined) return;
    say({ id, says: 'started', pid: child.pid });
    child.once('exit', () => say({ id, says: 'ended' }));
  } catch (error) {
    refuse(id, error as Error);
  }
}

function refuse(id: number, error: NodeJS.ErrnoException): void {
  say({ id, says: 'refused', code: error.code, message: error.message });
}

function say(says: StarterSays): void {
  // A worker that is gone needs no answer; the end of its connection ends this process.
  process.send?.(says, () => undefined);
}
