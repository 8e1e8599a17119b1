import { glob, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { filesOfInterest } from '../../domain/projects/find.ts';
import type { Files } from '../../domain/projects/project.ts';
import { git } from './git.ts';

/** Manifests are small; what is bigger is none that a person wrote. Lock files count by being there. */
const largest = 512 * 1024;
const most = 500;

/**
 * The files of a directory that say what it is made of. Only regular files inside of it are read: a link that leads out of it, a
 * pipe or a device is as good as not there.
 */
export async function readRepositoryFiles(root: string): Promise<Files> {
  const home = await realpath(root);
  const files = new Map<string, string>();
  // What git ignores is in no version: it would only be missing in staging.
  const listed = await git(
    home,
    'ls-files',
    '-z',
    '--others',
    '--ignored',
    '--exclude-standard',
    '--directory',
  );
  const ignored = listed.ok ? listed.output.split('\0').filter(Boolean) : [];
  const exclude = ['node_modules', 'vendor', 'target', 'dist', 'build'].map((name) => `${name}/**`);
  for await (const name of glob([...filesOfInterest], { cwd: home, exclude })) {
    if (files.size >= most) break;
    if (ignored.some((path) => name === path || (path.endsWith('/') && name.startsWith(path)))) continue;
    const text = await textOf(home, name).catch(() => undefined);
    if (text !== undefined) files.set(name.split(sep).join('/'), text);
  }
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function textOf(home: string, name: string): Promise<string | undefined> {
  const path = await realpath(join(home, name));
  if (/^\.\.(?:[/\\]|$)/.test(relative(home, path))) return undefined;
  const { size, isFile } = await stat(path).then((info) => ({ size: info.size, isFile: info.isFile() }));
  if (!isFile) return undefined;
  return size > largest ? '' : (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
}

const notSource = ['*.md', '*.lock', '*lock.json', '*.yaml', '*.yml', 'docs', '*test*', '*spec*'].map(
  (pattern) => `:(exclude)${pattern}`,
);

/** What the source says of its health and its port, where git can look: paths that are quoted, and whether `PORT` is read. */
export async function readHints(
  root: string,
): Promise<{ readonly health: readonly string[]; readonly readsPort: boolean | undefined }> {
  const search = (...args: string[]) =>
    git(root, 'grep', '--untracked', '-I', ...args, '--', '.', ...notSource);
  if (!(await git(root, 'rev-parse', '--git-dir')).ok) return { health: [], readsPort: undefined };
  const [paths, port] = await Promise.all([
    search('-hoE', '["\'`](GET )?(/(api|_))?/?(health|healthz|healthcheck|livez|readyz|status/health)["\'`]'),
    search('-lwE', 'PORT|SERVER_PORT'),
  ]);
  const found = paths.ok
    ? paths.output.split('\n').map((line) => line.slice(1, -1).replace(/^GET /, ''))
    : [];
  return {
    health: [...new Set(found.filter((path) => path.startsWith('/')))].toSorted(),
    readsPort: port.ok && port.output !== '',
  };
}
