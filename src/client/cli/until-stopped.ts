import type { Io } from './io.ts';

interface Stoppable {
  stop(): Promise<void>;
  readonly failed: Promise<never>;
}

/** Waits for Ctrl-C or SIGTERM, then stops; one more is answered with what is still going on. A failure is thrown. */
export async function untilStopped(io: Io, running: Stoppable, what: string): Promise<void> {
  let stopping = false;
  const asked = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (stopping)
        io.note(
          `${what} is still stopping: what runs now is being finished or handed back. To leave at once, kill -9 ${process.pid}.`,
        );
      else io.note(`Stopping ${what}…`);
      stopping = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  try {
    await Promise.race([asked, running.failed]);
  } finally {
    await running.stop();
  }
  io.note(`Stopped.`);
}
