import { isatty } from 'node:tty';
import { Runtime } from '@temporalio/worker';
import type { Log } from '../../activities/ports/index.ts';
import type { ProcessLog } from '../../adapters/log/index.ts';
import { createLog, fileSink, hideInLogs, logSettings, stderrSink } from '../../adapters/log/index.ts';
import { createSecretResolver } from '../../adapters/secrets.ts';
import { prettyLines } from './pretty.ts';
import { temporalLogger } from './temporal-logger.ts';

/**
 * Sends the worker's log, Temporal's included, to a file as JSON lines, so that a terminal shows the product and not its plumbing.
 * Must be called before anything of the worker's is created; a second call in a process changes nothing.
 * @throws LogSettingsProblem
 */
export function logTo(file: string): Log {
  if (installed) return installed;
  const settings = logSettings(process.env);
  return install(createLog({ level: settings.level, sink: fileSink(file, settings) }), settings.level);
}

/**
 * The same to stderr, for a worker of a fleet: whoever runs it collects that. A terminal gets lines for people.
 * @param metrics `host:port` where Temporal's metrics of this process are served
 * @throws LogSettingsProblem
 */
export async function logToStderr(metrics?: string): Promise<Log> {
  if (installed) return installed;
  const { level } = logSettings(process.env);
  const sink = stderrSink(isatty(2) ? await prettyLines(process.env) : undefined);
  return install(createLog({ level, sink }), level, metrics);
}

/** For a rehearsal, whose world is gone when it ends: what it has to say is in its account. A second call in a process changes nothing. */
export function logNothing(): Log {
  if (installed) return installed;
  return install(createLog({ level: 'silent', sink: { write: () => undefined, lost: () => 0 } }), 'silent');
}

/** What a process is given to reach its server and its senders. */
const ownSecrets = ['TEMPORAL_API_KEY', 'SLUICE_ALERTS_TOKEN'];

let installed: Log | undefined;

function install(log: ProcessLog, level: string, metrics?: string): Log {
  installed = log;
  const { resolve, redact } = createSecretResolver({ env: process.env, baseDirectory: '.' });
  hideInLogs(redact);
  for (const name of ownSecrets) if (process.env[name]) void resolve(`env:${name}`);
  const runtime = Runtime.install({
    logger: temporalLogger(log),
    // The CLI stops its workers itself, in order; Temporal's handlers would stop them first.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: level === 'debug' ? 'INFO' : 'WARN', forward: {} },
      ...(metrics ? { metrics: { prometheus: { bindAddress: metrics } } } : {}),
    },
  });
  process.on('uncaughtExceptionMonitor', (error, origin) => {
    runtime.flushLogs();
    log.fatal(`the process ends by an error that nobody expected: ${error.message}`, { error, origin });
  });
  // Temporal keeps lines back for a moment, to put them in order.
  process.on('exit', () => {
    runtime.flushLogs();
  });
  return log;
}
