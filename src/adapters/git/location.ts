import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { SourceRef } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import { git } from './runner.ts';

/** Where a product's repository is fetched from and pushed to. */
export interface Location {
  readonly fetch: string;
  readonly push: string;
}

/**
 * Finds the remote. A checkout is only asked for the address of its remote; a bare repository is itself the remote.
 * @throws SourceProblem `not-a-repository`, `no-remote`
 */
export async function locate(source: SourceRef): Promise<Location> {
  if (source.path === undefined) {
    if (source.remote === undefined)
      throw new SourceProblem(
        'no-remote',
        `${source.product} has neither repository.path nor repository.remote: give one.`,
      );
    return sameForBoth(safe(source.remote));
  }
  const { path } = source;
  const kind = await repositoryKind(path);
  const names = (await git(['remote'], { cwd: path })).stdout.split('\n').filter((name) => name !== '');
  if (source.remote !== undefined && names.includes(source.remote)) return remoteUrls(path, source.remote);
  if (source.remote !== undefined && looksLikeAddress(source.remote))
    return sameForBoth(safe(absolute(path, source.remote)));
  if (source.remote !== undefined) {
    throw new SourceProblem(
      'no-remote',
      `${path} has no remote named '${source.remote}'${names.length > 0 ? ` (it has ${names.join(', ')})` : ''}: correct repository.remote.`,
    );
  }
  if (kind === 'bare') return sameForBoth(path);
  const name = names.includes('origin') ? 'origin' : names.length === 1 ? names[0] : undefined;
  if (name !== undefined) return remoteUrls(path, name);
  throw new SourceProblem(
    'no-remote',
    names.length > 1
      ? `${path} has several remotes (${names.join(', ')}) and none is called origin: say which one in repository.remote.`
      : `${path} has no remote to push a release to: add one (git remote add origin <url>), or create a bare one beside it (git clone --bare ${path} ${path}.git) and add that.`,
  );
}

/**
 * @param key what named the path, to be corrected where it is wrong
 * @throws SourceProblem `not-a-repository`
 */
export async function repositoryKind(path: string, key = 'repository.path'): Promise<'bare' | 'checkout'> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined)
    throw new SourceProblem('not-a-repository', `${path} does not exist: correct ${key}.`);
  const found = await git(['rev-parse', '--is-bare-repository', '--absolute-git-dir'], { cwd: real }).catch(
    () => undefined,
  );
  if (!found?.ok) {
    const why = /dubious ownership/.test(found?.stderr ?? '')
      ? `belongs to another user: run git config --global --add safe.directory ${path}`
      : `is not a git repository: correct ${key}, or run git init there`;
    throw new SourceProblem('not-a-repository', `${path} ${why}.`);
  }
  const [bare, gitDir = ''] = found.stdout.trimEnd().split('\n');
  const top =
    bare === 'true' ? gitDir : (await git(['rev-parse', '--show-toplevel'], { cwd: real })).stdout.trimEnd();
  if ((await realpath(top).catch(() => top)) !== real) {
    // Git looks upwards; releasing whatever repository happens to be around would be wrong.
    throw new SourceProblem(
      'not-a-repository',
      `${path} is a directory inside of the repository ${top}: name the repository itself in ${key}.`,
    );
  }
  return bare === 'true' ? 'bare' : 'checkout';
}

async function remoteUrls(path: string, name: string): Promise<Location> {
  const fetch = await git(['remote', 'get-url', '--', name], { cwd: path });
  const push = await git(['remote', 'get-url', '--push', '--', name], { cwd: path });
  const url = fetch.stdout.trimEnd();
  if (!fetch.ok || url === '')
    throw new SourceProblem(
      'no-remote',
      `The remote '${name}' of ${path} has no address: run git remote set-url ${name} <url>.`,
    );
  return {
    fetch: safe(absolute(path, url)),
    push: safe(absolute(path, push.stdout.trimEnd().split('\n')[0] || url)),
  };
}

const looksLikeAddress = (text: string) => /[/:\\]/.test(text) || text.startsWith('.');
/** A local path in a remote is meant from the repository's own directory. */
const absolute = (path: string, url: string) =>
  /^[^/]*:/.test(url) || isAbsolute(url) ? url : resolve(path, url);
const sameForBoth = (url: string): Location => ({ fetch: url, push: url });

function safe(url: string): string {
  if (url.startsWith('-') || url.trim() === '' || url.includes('\n'))
    throw new SourceProblem(
      'no-remote',
      `'${url}' is not an address of a repository: correct repository.remote.`,
    );
  return url;
}
