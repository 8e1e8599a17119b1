import type { Log } from '../../src/activities/ports/index.ts';

/** A line that something logged. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps what it is told; those of its children too, with their fields. */
export function keepingLog(): { readonly log: Log; readonly lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const at =
    (level: LoggedLine['level'], always: Readonly<Record<string, unknown>>) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      lines.push({ level, message, fields: { ...always, ...fields } });
    };
  const logWith = (always: Readonly<Record<string, unknown>>): Log => ({
    debug: at('debug', always),
    info: at('info', always),
    warn: at('warn', always),
    error: at('error', always),
    child: (fields) => logWith({ ...always, ...fields }),
  });
  return { log: logWith({}), lines };
}

/** A log that nobody reads. */
export const quietLog: Log = keepingNothing();

function keepingNothing(): Log {
  const ignore = (): void => undefined;
  return { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => quietLog };
}
