import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunLine } from './run-line.ts';
import { parseLogLine, parseObject } from './run-line.ts';
import { Tail, withFile } from './tail-file.ts';

const name = 'worker.log';

/** The worker's log in a data directory, with the files that were put aside; oldest first. */
async function logFiles(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((each) => /^worker\.log(\.\d+)?$/.test(each))
    .sort((a, b) => ageOf(b) - ageOf(a))
    .map((each) => join(directory, each));
}

const ageOf = (each: string): number => Number(each.slice(name.length + 1) || 0);

/** Reads the lines of one run from a worker's log, now and as it grows, also over the moment at which a file is put aside. */
export class WorkerLogs {
  private readonly directory: string;
  private readonly run: string;
  /** A file keeps its number in the file system when it gets another name. */
  private readonly tails = new Map<string, Tail>();

  constructor(directory: string, run: string) {
    this.directory = directory;
    this.run = run;
  }

  /** What is new since the last call. */
  async next(): Promise<RunLine[]> {
    const lines: RunLine[] = [];
    for (const path of await logFiles(this.directory)) {
      const texts = await withFile(path, async (file) => {
        const { ino, birthtimeMs } = await file.stat();
        const identity = `${ino} ${birthtimeMs}`;
        const tail = this.tails.get(identity) ?? new Tail();
        this.tails.set(identity, tail);
        return tail.next(file);
      }).catch(unreadable);
      for (const text of texts ?? []) {
        const line = parseLogLine(text, this.run);
        if (line) lines.push(line);
      }
    }
    return lines;
  }
}

/** Which run a product's name means, going by the log alone: the one that was heard of last. */
export async function lastRunOf(directory: string, product: string): Promise<string | undefined> {
  let found: string | undefined;
  for (const path of await logFiles(directory)) {
    const texts = await withFile(path, (file) => new Tail().next(file)).catch(unreadable);
    for (const text of texts ?? []) {
      if (!text.includes(`"product":${JSON.stringify(product)}`)) continue;
      const value = parseObject(text);
      const run = value?.['run'];
      // Of a run itself: what it started has lines about the same product.
      if (value?.['product'] === product && value['kind'] !== undefined && typeof run === 'string')
        found = run;
    }
  }
  return found;
}

/** A directory in its place has no lines. */
function unreadable(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'EISDIR') return undefined;
  throw error;
}
