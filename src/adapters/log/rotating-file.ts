import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LogSettings } from './settings.ts';
import { TornWrite, writeAll } from './write-all.ts';

type Rotation = Pick<LogSettings, 'maxBytes' | 'maxAge' | 'keep' | 'keepFor'>;

interface Opened {
  readonly fd: number;
  /** Tells this file from another one that has taken its name meanwhile. */
  readonly inode: number;
  /** Devices and pipes have no size, and are not put aside. */
  readonly rotates: boolean;
  /** Epoch milliseconds. */
  readonly begun: number;
  size: number;
  /** It ends in the middle of a line. */
  torn: boolean;
}

/** Milliseconds between two looks at whether the file is still the one that has the name, and not too old. */
const lookEvery = 1_000;
/** Milliseconds until a file that can't be put aside is tried again; until then it grows. */
const rotateAgainAfter = 60_000;

/**
 * A file that lines are appended to. At its greatest size or age it becomes `<file>.1`, what was `.1` becomes `.2`, and so on. A file that
 * was moved away or removed is begun anew, as long as its directory is there. Everything happens at once and in this thread; what the
 * system refuses is thrown.
 */
export class RotatingFile {
  private readonly file: string;
  private readonly rotation: Rotation;
  private readonly now: () => number;
  private opened: Opened | undefined;
  private lookAt = 0;
  private rotateAt = 0;

  constructor(file: string, rotation: Rotation, now: () => number = Date.now) {
    this.file = file;
    this.rotation = rotation;
    this.now = now;
  }

  /** @throws what the system says: no space, no such directory, is a directory, … */
  append(text: string): void {
    const at = this.now();
    if (at >= this.lookAt) {
      // Counted from the last look and not from the last line: a log that is always written is looked at as well.
      this.lookAt = at + lookEvery;
      if (this.opened && !this.stillHasTheName(this.opened)) this.close();
    }
    this.opened ??= open(this.file, at);
    if (this.isDue(this.opened, Buffer.byteLength(text), at)) this.rotate(at);
    const opened = (this.opened ??= open(this.file, at));
    try {
      opened.size += writeAll(opened.fd, opened.torn ? `\n${text}` : text);
      opened.torn = false;
    } catch (error) {
      if (error instanceof TornWrite && error.written > 0) {
        opened.size += error.written;
        opened.torn = true;
      }
      throw error;
    }
  }

  close(): void {
    if (this.opened) closeSync(this.opened.fd);
    this.opened = undefined;
  }

  private stillHasTheName({ inode }: Opened): boolean {
    return statSync(this.file, { throwIfNoEntry: false })?.ino === inode;
  }

  private isDue({ rotates, size, begun }: Opened, more: number, at: number): boolean {
    if (!rotates || size === 0 || at < this.rotateAt) return false;
    return size + more > this.rotation.maxBytes || at - begun > this.rotation.maxAge;
  }

  /** Where it can't be put aside, it goes on growing: lines are worth more than the limit. */
  private rotate(at: number): void {
    this.close();
    const { keep, keepFor } = this.rotation;
    try {
      rmSync(`${this.file}.${keep}`, { force: true });
      if (keep === 0) return rmSync(this.file, { force: true });
      for (let number = keep - 1; number >= 1; number -= 1) this.pass(number, number + 1, at - keepFor);
      renameSync(this.file, `${this.file}.1`);
    } catch {
      this.rotateAt = at + rotateAgainAfter;
    }
  }

  private pass(from: number, to: number, before: number): void {
    const file = `${this.file}.${from}`;
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found) return;
    if (found.mtimeMs < before) rmSync(file, { force: true });
    else renameSync(file, `${this.file}.${to}`);
  }
}

/** Makes the directory of a log file, which may be refused; the file says so then. */
export function makeLogDirectory(file: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
  } catch {
    // The first line is lost, and says why.
  }
}

function open(file: string, at: number): Opened {
  const fd = openSync(file, 'a+', 0o600);
  try {
    const { ino, size, birthtimeMs, ctimeMs } = fstatSync(fd);
    const rotates = fstatSync(fd).isFile();
    const begun = size === 0 ? at : birthtimeMs || ctimeMs;
    return { fd, inode: ino, rotates, begun, size: rotates ? size : 0, torn: rotates && endsTorn(fd, size) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Whoever wrote it last was killed, or had no room, in the middle of a line. */
function endsTorn(fd: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last.toString('latin1') !== '\n';
}
