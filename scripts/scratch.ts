import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const memory = '/dev/shm';
const prefix = 'sluice-tests-';
/** So much has to be free (bytes). */
const enough = 6 * 2 ** 30;

/**
 * A directory in memory for what tests make, and undefined where there is no room for one. Repositories are thousands of small
 * files each: on a disk, making and removing them takes up to a quarter of the processors' time. It is removed at the end; whoever
 * wants to keep what is there (`SLUICE_KEEP`) has it on the disk.
 */
export function scratchInMemory(): string | undefined {
  sweep();
  if (process.env['SLUICE_KEEP']) return undefined;
  const directory = join(memory, `${prefix}${process.pid}`);
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (Math.min(bavail * bsize, process.availableMemory()) < enough) return undefined;
    mkdirSync(directory);
    // Tests start servers that don't run as root.
    chmodSync(directory, 0o1777);
  } catch {
    return undefined;
  }
  process.once('exit', () => remove(directory));
  const program = join(directory, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  // Containers often let nothing be run there.
  return spawnSync(program).status === 0 ? directory : undefined;
}

/** What runs left behind that were killed. */
function sweep(): void {
  for (const name of listed()) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)$`).exec(name) ?? [];
    if (pid !== undefined && !exists(Number(pid))) remove(join(memory, name));
  }
}

function listed(): readonly string[] {
  try {
    return readdirSync(memory);
  } catch {
    return [];
  }
}

const remove = (directory: string): void =>
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
