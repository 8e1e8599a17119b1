import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Directories that live as long as one operation, named so that what a killed process left can be told and removed. */

const host = hostname().replace(/[^A-Za-z0-9-]/g, '-') || 'host';
const day = 86_400_000;

/** Runs `work` with a path of its own in `parent` (not created yet) and removes whatever is there afterwards. */
export async function withScratch<T>(parent: string, work: (path: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true });
  const path = join(parent, `tmp.${host}.${process.pid}.${randomUUID()}`);
  try {
    return await work(path);
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what processes left that live no more: on this host judged by their id, of other hosts by a day's age. */
export async function sweepScratch(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, owner, pid] = /^tmp\.([A-Za-z0-9-]+)\.(\d+)\./.exec(name) ?? [];
    if (owner === undefined) continue;
    const path = join(parent, name);
    const stale = owner === host ? !isAlive(Number(pid)) : await olderThan(path, day);
    if (stale) await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const olderThan = async (path: string, age: number) => {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > age;
};
