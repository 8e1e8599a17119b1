import { dirname, join } from 'node:path';
import type { RunLine } from './run-line.ts';
import { Tail, withFile } from './tail-file.ts';

/** What a command of a run printed: two files on this host. */
export interface OutputFiles {
  readonly step: string;
  /** Epoch milliseconds. */
  readonly startedAt: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** So many bytes at the end of a file are shown; the rest is in the file. */
const shown = 1_000_000;

/** Reads what the commands of a run print, now and as they go on. */
export class CommandOutputs {
  private readonly tails = new Map<string, Tail>();
  private readonly known = new Map<string, OutputFiles>();
  private readonly find: () => Promise<readonly OutputFiles[]>;
  private readonly redact: (text: string) => string;

  constructor(find: () => Promise<readonly OutputFiles[]>, redact: (text: string) => string) {
    this.find = find;
    this.redact = redact;
  }

  /**
   * What is new since the last call.
   * @param whole also a last line that is not ended yet
   */
  async next(whole: boolean): Promise<RunLine[]> {
    for (const files of await this.find()) this.known.set(files.stdout, files);
    const lines: RunLine[] = [];
    for (const files of this.known.values())
      for (const stream of ['stdout', 'stderr'] as const)
        lines.push(...(await this.read(files, stream, whole)));
    return lines;
  }

  /** A file that a step names. False where it is not on this host. */
  async has(file: string, step: string, at: number): Promise<boolean> {
    const place = dirname(file);
    const stdout = join(place, 'stdout');
    if (this.known.has(stdout)) return true;
    const there = (await withFile(file, () => Promise.resolve(true))) ?? false;
    if (there) this.known.set(stdout, { step, startedAt: at, stdout, stderr: join(place, 'stderr') });
    return there;
  }

  private async read(files: OutputFiles, stream: 'stdout' | 'stderr', whole: boolean): Promise<RunLine[]> {
    const path = files[stream];
    const texts = await withFile(path, async (file) => {
      const known = this.tails.get(path);
      const left = known ? 0 : Math.max(0, (await file.stat()).size - shown);
      const tail = known ?? new Tail(left);
      this.tails.set(path, tail);
      const note = left > 0 ? [`… the first ${left} bytes are only in ${path}`] : [];
      return [...note, ...(await tail.next(file)), ...(whole ? tail.takeRest() : [])];
    });
    const line = {
      time: new Date(files.startedAt ?? 0).toISOString(),
      source: 'output',
      level: 'info',
      step: files.step,
      stream,
      file: path,
    } as const;
    return (texts ?? []).map((text) => ({ ...line, message: this.redact(text) }));
  }
}
