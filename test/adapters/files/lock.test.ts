import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withLock, withLockSync } from '../../../src/adapters/files/lock.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sluice-lock-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the lock', () => {
  const holder = (file: string) => `
    import { withLock } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/files/lock.ts'))};
    setInterval(() => {}, 1000);
    await withLock(${JSON.stringify(file)}, async () => { console.log('held'); await new Promise(() => {}); });`;

  it('is held against another process, and free as soon as that process was killed', async () => {
    const file = join(home, 'a.lock');
    const other = execFile(process.execPath, ['--input-type=module', '-e', holder(file)]);
    await once(other.stdout!, 'data');
    const onWait = vi.fn(() => other.kill('SIGKILL'));
    expect(await withLock(file, async () => 'mine', { onWait })).toBe('mine');
    expect(onWait).toHaveBeenCalledOnce();
  });

  it('is released when the work fails', async () => {
    const file = join(home, 'b.lock');
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(file, async () => 1)).toBe(1);
  });

  it('is nobody’s wait for ever: who waits may give it up, and the holder keeps it', async () => {
    const file = join(home, 'c.lock');
    const held = Promise.withResolvers<string>();
    const holding = withLock(file, () => held.promise);
    const stop = new AbortController();
    const work = vi.fn(async () => 1);
    const waiting = withLock(file, work, {
      signal: stop.signal,
      onWait: () => stop.abort(new Error('enough')),
    });
    await expect(waiting).rejects.toThrow('enough');
    held.resolve('kept');
    expect(await holding).toBe('kept');
    expect(work).not.toHaveBeenCalled();
  });

  it('is one for work that waits and for work that doesn’t', async () => {
    const file = join(home, 'd.lock');
    await withLock(file, async () => {
      expect(() => withLockSync(file, () => 1, 10)).toThrow(/locked/);
    });
    expect(withLockSync(file, () => 1, 10)).toBe(1);
  });

  it('lets one in after the other, however many want it', async () => {
    const file = join(home, 'e.lock');
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withLock(file, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await Promise.resolve();
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
  });
});
