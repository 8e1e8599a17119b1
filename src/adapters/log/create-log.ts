import { hostname } from 'node:os';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Log } from '../../activities/ports/index.ts';
import type { LineSink } from './lossy.ts';
import { plainFields } from './plain.ts';
import { redactLine } from './redaction.ts';
import type { LogLevel } from './settings.ts';

type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** The log of a process, of which every other one is a child. */
export interface ProcessLog extends Log {
  /** The process ends by it. */
  fatal(message: string, fields?: Record<string, unknown>): void;
  /** A line that was said at another time: epoch milliseconds. */
  at(time: number, level: Level, message: string, fields?: Record<string, unknown>): void;
}

/**
 * The one logger of every process: pino, JSON lines with `level`, `time` (ISO), `pid`, `host`, the fields and the `message`, without any
 * secret (redaction.ts). Never throws, and each line is written when it is said.
 */
export function createLog({
  level,
  sink,
}: {
  readonly level: LogLevel;
  readonly sink: LineSink;
}): ProcessLog {
  let saidAt: number | undefined;
  const logger = pino(
    {
      level,
      base: { pid: process.pid, host: hostname() },
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(saidAt ?? Date.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: ownNames },
      hooks: { streamWrite: redactLine },
    },
    sink,
  );
  return {
    ...logOver(logger),
    fatal: (message, fields = {}) => {
      logger.fatal(fields, message);
    },
    at(time, name, message, fields = {}) {
      saidAt = time;
      logger[name](fields, message);
      saidAt = undefined;
    },
  };
}

/** What every line has by itself; a field of such a name gets another one. */
const reserved: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'host', 'message']);

function ownNames(fields: object): Record<string, unknown> {
  const entries = Object.entries(plainFields(fields));
  return Object.fromEntries(entries.map(([name, value]) => [reserved.has(name) ? `${name}_` : name, value]));
}

/** The port's order of arguments over pino's. */
function logOver(logger: Logger): Log {
  return {
    debug: (message, fields = {}) => {
      logger.debug(fields, message);
    },
    info: (message, fields = {}) => {
      logger.info(fields, message);
    },
    warn: (message, fields = {}) => {
      logger.warn(fields, message);
    },
    error: (message, fields = {}) => {
      logger.error(fields, message);
    },
    child: (fields) => logOver(logger.child(ownNames(fields))),
  };
}
