export { createLog } from './create-log.ts';
export type { ProcessLog } from './create-log.ts';
export { hideInLogs } from './redaction.ts';
export { logSettings } from './settings.ts';
export { fileSink, stderrSink } from './sinks.ts';
