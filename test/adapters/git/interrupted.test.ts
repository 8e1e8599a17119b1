import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { git } from '../../../src/adapters/git/runner.ts';

it('[PL-1] a git that Ctrl-C has ended has said nothing: that is thrown, to be tried again, and no answer', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sluice-git-'));
  await writeFile(
    join(root, 'wait.sh'),
    `echo $PPID >'${root}/pid.new'; mv '${root}/pid.new' '${root}/pid'; exec sleep 30\n`,
  );
  try {
    const running = git(['-c', `alias.wait=!exec sh '${root}/wait.sh'`, 'wait'], { cwd: root });
    const ended = expect(running).rejects.toThrow(/was ended by SIGINT/);
    await vi.waitFor(() => expect(existsSync(join(root, 'pid'))).toBe(true), { timeout: 10_000 });
    process.kill(Number(await readFile(join(root, 'pid'), 'utf8')), 'SIGINT');
    await ended;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
