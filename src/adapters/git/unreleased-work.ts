import { stat } from 'node:fs/promises';
import type { SourceRef } from '../../activities/ports/source.ts';
import { git } from './runner.ts';

/** Looks at the person's checkout without taking a lock or refreshing its index. */
export async function unreleasedWork(
  source: SourceRef,
): Promise<{ readonly dirtyFiles: readonly string[]; readonly unpushedCommits: number }> {
  const nothing = { dirtyFiles: [], unpushedCommits: 0 };
  if (source.path === undefined || !(await stat(source.path).catch(() => undefined))) return nothing;
  const options = { cwd: source.path, timeout: 60_000 };
  const bare = await git(['rev-parse', '--is-inside-work-tree'], options);
  if (bare.stdout.trim() !== 'true') return nothing;
  const status = await git(
    [
      'status',
      '--porcelain=v1',
      '-z',
      '--untracked-files=normal',
      '--no-renames',
      '--ignore-submodules=none',
    ],
    options,
  );
  const dirtyFiles = status.stdout
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.slice(3));
  const main = `refs/heads/${source.main}`;
  const tip = (await git(['rev-parse', '--verify', '--quiet', main], options)).ok ? main : 'HEAD';
  const unpushed = await git(['rev-list', '--count', tip, '--not', '--remotes'], options);
  return { dirtyFiles, unpushedCommits: unpushed.ok ? Number(unpushed.stdout.trim()) : 0 };
}
