import type { LedgerLine } from '../records/records.ts';

/** What the log says of a line of the record. The record has all of it; the log has what is looked for. */
export interface RecordedLogLine {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Of a line's data. */
const told = ['step', 'state', 'phase', 'gate', 'by', 'comment', 'outcome', 'version'] as const;
const alarming: ReadonlySet<string> = new Set(['refused', 'alert', 'issue', 'void', 'rollback']);

/** `record` is the line's key without the run, so that the two can be told to be one (`sluice logs`). */
export function logLineOf({ key, run, product, kind, summary, data }: LedgerLine): RecordedLogLine {
  const picked = told.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]] as const]));
  const { attempts, log, state, outcome, file } = data;
  const bad = alarming.has(kind) || state === 'failed' || (kind === 'ended' && outcome !== 'succeeded');
  const detail = data['summary'] ?? data['reason'];
  return {
    level: bad ? 'warn' : 'info',
    message: typeof detail === 'string' && detail !== '' ? `${summary}: ${detail}` : summary,
    fields: {
      product,
      kind,
      ...Object.fromEntries(picked),
      ...(attempts === undefined ? {} : { attempt: attempts }),
      ...(log === undefined ? {} : { output: log }),
      ...(kind === 'started' && file !== undefined ? { file } : {}),
      record: key.startsWith(`${run}/`) ? key.slice(run.length + 1) : key,
    },
  };
}
