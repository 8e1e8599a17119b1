import { mkdirSync, createWriteStream } from 'node:fs';
import path from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import type { Log } from '../activities/ports/index.ts';

/**
 * Sends the worker's log, Temporal's included, to a file as JSON lines, so that a terminal shows the product and not its plumbing.
 * Must be called before anything of the worker's is created; a second call in a process changes nothing.
 */
export function logTo(file: string): Log {
  mkdirSync(path.dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'a' });
  return install((line) => stream.write(`${line}\n`));
}

/**
 * The same to stderr, for a worker of a fleet: whoever runs it collects that.
 * @param metrics `host:port` where Temporal's metrics of this process are served
 */
export function logToStderr(metrics?: string): Log {
  return install((line) => process.stderr.write(`${line}\n`), metrics);
}

let installed: Log | undefined;

function install(write: (line: string) => unknown, metrics?: string): Log {
  if (installed) return installed;
  const logger = new DefaultLogger('INFO', (entry: LogEntry) => {
    const at = new Date(Number(entry.timestampNanos / 1_000_000n)).toISOString();
    write(JSON.stringify({ at, level: entry.level.toLowerCase(), message: entry.message, ...entry.meta }));
  });
  Runtime.install({
    logger,
    // The CLI stops its workers itself, in order; Temporal's handlers would stop them first.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: 'WARN', forward: {} },
      ...(metrics ? { metrics: { prometheus: { bindAddress: metrics } } } : {}),
    },
  });
  installed = {
    debug: (message, fields) => {
      logger.debug(message, fields);
    },
    info: (message, fields) => {
      logger.info(message, fields);
    },
    warn: (message, fields) => {
      logger.warn(message, fields);
    },
    error: (message, fields) => {
      logger.error(message, fields);
    },
  };
  return installed;
}
