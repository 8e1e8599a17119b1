import type { LedgerLine } from '../../domain/records/records.ts';
import { logLineOf } from '../../domain/run/log-line.ts';

/** One line of a run, wherever it lay. */
export interface RunLine {
  /** ISO 8601. That of a command's output is when the command was started: its lines have no times of their own. */
  readonly time: string;
  /** A worker's log, the permanent record, or what a command printed. */
  readonly source: 'log' | 'record' | 'output';
  readonly level: string;
  readonly message: string;
  readonly step?: string;
  /** Of an output. */
  readonly stream?: 'stdout' | 'stderr';
  /** The file with the output. */
  readonly file?: string;
  /** What else the log says: flow, effect, attempt, product, environment, durationMs, error, … */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Whether a line of a log is about the run: its own, and those of what it started, such as notifications. */
export function isAbout(logged: unknown, run: string): boolean {
  return typeof logged === 'string' && (logged === run || logged.startsWith(`notification/${run}/`));
}

/** A line of a worker's log; undefined where it is about another run, or torn. */
export function parseLogLine(text: string, run: string): RunLine | undefined {
  // Most lines are about others: they are not worth to be read.
  if (!text.includes(run)) return undefined;
  const value = parseObject(text);
  if (!value || !isAbout(value['run'], run)) return undefined;
  const { time, level, message, step, ...fields } = value;
  if (typeof time !== 'string' || typeof message !== 'string' || Number.isNaN(Date.parse(time)))
    return undefined;
  return {
    time,
    source: 'log',
    level: typeof level === 'string' ? level : 'info',
    message,
    ...(typeof step === 'string' ? { step } : {}),
    fields,
  };
}

/** A line of the record, as the log would have it. */
export function lineOfRecord(line: LedgerLine): RunLine {
  const { level, message, fields: said } = logLineOf(line);
  const { step, ...fields } = said;
  return {
    time: line.at,
    source: 'record',
    level,
    message,
    ...(typeof step === 'string' ? { step } : {}),
    fields: { run: line.run, ...fields },
  };
}

/** What tells that a line of the log and one of the record are the same. */
export function recordKey({ fields }: RunLine): string | undefined {
  const key = fields?.['record'];
  return typeof key === 'string' ? key : undefined;
}

/** The file with a step's output that a line names. */
export function outputOf({ fields }: RunLine): string | undefined {
  const file = fields?.['output'];
  return typeof file === 'string' ? file : undefined;
}

/** The configuration file that a run read when it started. */
export function configurationOf({ fields }: RunLine): string | undefined {
  const file = fields?.['kind'] === 'started' ? fields['file'] : undefined;
  return typeof file === 'string' ? file : undefined;
}

/** Whether a run is over after these lines, oldest first. The same name may have been run before. */
export function hasEnded(lines: readonly RunLine[]): boolean {
  const last = (kind: string): number => lines.findLastIndex(({ fields }) => fields?.['kind'] === kind);
  return last('ended') > last('started');
}

/** By their times; what has the same time stays in its order. */
export function inOrder(lines: readonly RunLine[]): RunLine[] {
  return lines.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
