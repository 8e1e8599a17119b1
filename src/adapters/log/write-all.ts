import { writeSync } from 'node:fs';

/** Milliseconds that a reader which is behind is waited for. */
const patience = 200;
const pause = 5;

/** The rest of a line could not be written; `written` bytes of it were. */
export class TornWrite extends Error {
  override readonly name = 'TornWrite';
  readonly written: number;
  constructor(written: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.written = written;
  }
}

/** Writes the whole text, at once and in this thread, so that it is there whatever happens next. @throws TornWrite */
export function writeAll(fd: number, text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  let written = 0;
  let waited = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      // A pipe that is full for now, whose reader is slow.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waited >= patience)
        throw new TornWrite(written, error);
      waited += pause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
  return bytes.length;
}
