import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** How much of a file is read at once, in bytes. */
const piece = 256 * 1024;

/** Reads a file that grows: each call gives the whole lines that were added since the last one. */
export class Tail {
  private offset: number;
  private rest = '';
  private readonly decoder = new StringDecoder('utf8');

  /** @param from bytes at the beginning that are left out */
  constructor(from = 0) {
    this.offset = from;
  }

  async next(file: FileHandle): Promise<string[]> {
    const lines: string[] = [];
    const buffer = Buffer.alloc(piece);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, piece, this.offset);
      if (bytesRead === 0) return lines;
      this.offset += bytesRead;
      const parts = (this.rest + this.decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      this.rest = parts.pop() ?? '';
      lines.push(...parts);
    }
  }

  /** The last line where it was not ended yet; it is not given again. */
  takeRest(): string[] {
    const { rest } = this;
    this.rest = '';
    return rest === '' ? [] : [rest];
  }
}

/** Does something with a file that may not be there; undefined where it isn't. */
export async function withFile<T>(
  path: string,
  work: (file: FileHandle) => Promise<T>,
): Promise<T | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
