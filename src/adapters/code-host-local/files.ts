import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CodeHostProblem } from '../../activities/ports/code-host.ts';

const staleAfter = 60_000;

/** Writes a whole new file or none. `false` where one of that name is there already. */
export async function createFile(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const aside = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const file = await open(aside, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** One writer at a time over all processes. The lock of a process that was killed is broken. */
export async function withDirectoryLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const lock = join(directory, '.lock');
  const mine = JSON.stringify({ host: hostname(), pid: process.pid, id: randomUUID() });
  for (let tries = 0; !(await createFile(lock, mine)); tries += 1) {
    if (tries > 400)
      throw new CodeHostProblem(
        `${lock} is held by another process: wait for it, or delete the file if there is none.`,
        true,
      );
    if (await isStale(lock)) await unlink(lock).catch(() => undefined);
    else await pause(25);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function isStale(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => undefined);
  if (!found) return false;
  if (Date.now() - found.mtimeMs > staleAfter) return true;
  const [, host, pid] =
    /^\{"host":"(.*)","pid":(\d+),/.exec(await readFile(lock, 'utf8').catch(() => '')) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
