import type { Answered, Asked } from './beside-messages.ts';
import { runCommand } from './run-command.ts';

/**
 * The process that starts git for a worker, and stays small. It lives as long as its worker: Ctrl-C reaches both, and a worker
 * that finishes its work still needs it. A git that is at work when the worker is gone goes on to its end, as it would by itself.
 */
process.title = 'sluice-git';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => void answer(message as Asked));

async function answer({ id, command }: Asked): Promise<void> {
  try {
    say({ id, ended: await runCommand(command, { cleanup: false }) });
  } catch (error) {
    say({ id, thrown: (error as Error).message });
  }
}

function say(answered: Answered): void {
  // A worker that is gone needs no answer; the end of its connection ends this process.
  process.send?.(answered, () => undefined);
}
