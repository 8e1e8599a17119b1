import type { LogMetadata, Logger, LogLevel } from '@temporalio/common';
import { LogTimestamp } from '@temporalio/worker';
import type { ProcessLog } from '../../adapters/log/index.ts';

/** What Temporal says of each line and nobody looks for: a run and a step say it better. */
const dropped: ReadonlySet<string> = new Set([
  'namespace',
  'taskQueue',
  'taskToken',
  'activityId',
  'isLocal',
  'runId',
  'workflowRunId',
  'spanContexts',
]);
const renamed: Readonly<Record<string, string>> = {
  workflowId: 'run',
  workflow_id: 'run',
  workflowType: 'flow',
  activityType: 'effect',
  sdkComponent: 'from',
};
const levels = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Said by the worker for itself, with the step and the outcome (effects.ts). */
const saidAlready: ReadonlySet<string> = new Set([
  'Activity started',
  'Activity completed',
  'Activity completed as cancelled',
]);

/** Temporal's own messages, and those of workflows and activities, into the log of the process. Never throws. */
export function temporalLogger(log: ProcessLog): Logger {
  const write = (level: LogLevel, message: string, { ...meta }: LogMetadata = {}): void => {
    if (saidAlready.has(message)) return;
    const at: unknown = meta[LogTimestamp];
    const time = typeof at === 'bigint' ? Number(at / 1_000_000n) : Date.now();
    log.at(time, levels[level], sentence(message, meta), fieldsOf(meta));
  };
  return {
    log: write,
    trace: (message, meta) => {
      write('TRACE', message, meta);
    },
    debug: (message, meta) => {
      write('DEBUG', message, meta);
    },
    info: (message, meta) => {
      write('INFO', message, meta);
    },
    warn: (message, meta) => {
      write('WARN', message, meta);
    },
    error: (message, meta) => {
      write('ERROR', message, meta);
    },
  };
}

function fieldsOf(meta: LogMetadata): Record<string, unknown> {
  const entries = Object.entries(meta).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [renamed[name] ?? name, value]));
}

/** Which effect failed, and why, stands in the message itself. */
function sentence(message: string, { activityType, error }: LogMetadata): string {
  if (message !== 'Activity failed' || typeof activityType !== 'string') return message;
  return `${activityType} failed: ${error instanceof Error ? error.message : String(error)}`;
}
