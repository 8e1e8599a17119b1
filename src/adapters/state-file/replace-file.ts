import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Puts the whole text in place at once: a reader sees the old file or the new one, and so does whoever looks after a
 * crash. The caller holds the lock: what a killed process left behind is simply written over. Keeps the permissions, and what a link points to is replaced, not the link.
 */
export function replaceFile(path: string, text: string): void {
  const target = existing(path) ?? path;
  const temporary = join(dirname(target), `.${basename(target)}.tmp`);
  try {
    const file = openSync(temporary, 'w', 0o644);
    try {
      const bytes = Buffer.from(text, 'utf8');
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (existing(target)) chmodSync(temporary, statSync(target).mode & 0o7777);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function existing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
