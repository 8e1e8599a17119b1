import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { temporal } from '@temporalio/proto';

const { History } = temporal.api.history.v1;
type History = temporal.api.history.v1.IHistory;

/** A directory for each version that recorded some. */
const root = join(import.meta.dirname, '../histories');

export interface RecordedHistory {
  /** Such as `0.1/release-approved.json`. */
  readonly file: string;
  /** Ids of children are made of these two: a replay needs them as they were. */
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
}

export function readHistories(): RecordedHistory[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
    .map((file) => readHistory(file, readFileSync(join(root, file), 'utf8')));
}

export function readHistory(file: string, text: string): RecordedHistory {
  const history = History.fromObject(JSON.parse(text, folded) as Record<string, unknown>);
  const started = history.events[0]?.workflowExecutionStartedEventAttributes;
  const { workflowId, originalExecutionRunId: runId } = started ?? {};
  if (!workflowId || !runId) throw new Error(`${file} does not begin with a run's start`);
  return { file, workflowId, runId, history };
}

/**
 * Writes a history, one event a line.
 * @returns false where there is one already: what was recorded once stays as it is
 */
export function writeHistory(file: string, history: History): boolean {
  const target = join(root, file);
  mkdirSync(dirname(target), { recursive: true });
  try {
    writeFileSync(target, historyText(history), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The fields of Temporal's API under their own names, with what a payload says in the clear, so that a person can read and compare it. */
export function historyText(history: History): string {
  const plain = History.toObject(History.fromObject(history), {
    enums: String,
    longs: String,
    bytes: String,
  });
  const { events } = plain as { events: unknown[] };
  return `{"events":[\n${events.map((event) => JSON.stringify(event, unfolded)).join(',\n')}\n]}\n`;
}

const jsonEncoding = Buffer.from('json/plain').toString('base64');

interface PayloadText {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

/** What a replay doesn't look at: where it was recorded, and what the server keeps for itself. */
const leftOut = new Set([
  'identity',
  'stackTrace',
  'workerVersion',
  'requestId',
  'taskId',
  'retryPolicy',
  'meteringMetadata',
  'historySizeBytes',
]);

/** What was asked of activities and children: a replay compares their names and order only, and it would be most of the text. */
const asked = new Set([
  'activityTaskScheduledEventAttributes',
  'startChildWorkflowExecutionInitiatedEventAttributes',
]);

function unfolded(this: Record<string, unknown>, key: string, value: unknown): unknown {
  if (leftOut.has(key)) return undefined;
  if (asked.has(key)) return { ...(value as object), input: undefined };
  if (key === 'name' && this['kind'] === 'TASK_QUEUE_KIND_STICKY') return 'sticky';
  const { metadata, data } = (value ?? {}) as PayloadText;
  if (metadata?.['encoding'] !== jsonEncoding || Object.keys(metadata).length > 1) return value;
  return { json: JSON.parse(Buffer.from(data ?? '', 'base64').toString()) as unknown };
}

/** The payload again of which `unfolded` shows what it says. */
function folded(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'json') return value;
  const { json } = value as { json: unknown };
  return {
    metadata: { encoding: jsonEncoding },
    data: Buffer.from(JSON.stringify(json)).toString('base64'),
  };
}
