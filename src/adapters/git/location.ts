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
  const remotes = await remotesOf(path);
  const names = [...remotes.keys()];
  const urls = async (name: string): Promise<Location> => {
    const { fetch, push } = remotes.get(name) ?? {};
    if (fetch === undefined || push === undefined) return remoteUrls(path, name);
    return { fetch: safe(absolute(path, fetch)), push: safe(absolute(path, push)) };
  };
  if (source.remote !== undefined && names.includes(source.remote)) return urls(source.remote);
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
  if (name !== undefined) return urls(name);
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
  // What a bare repository has not is asked for last: what comes before it is answered.
  const asked = ['--is-bare-repository', '--absolute-git-dir', '--show-toplevel'];
  const found = await git(['rev-parse', ...asked], { cwd: real }).catch(() => undefined);
  const [bare, gitDir, worked = ''] = found?.stdout.split('\n') ?? [];
  if (gitDir === undefined) {
    const why = /dubious ownership/.test(found?.stderr ?? '')
      ? `belongs to another user: run git config --global --add safe.directory ${path}`
      : `is not a git repository: correct ${key}, or run git init there`;
    throw new SourceProblem('not-a-repository', `${path} ${why}.`);
  }
  const top = bare === 'true' ? gitDir : worked;
  if ((await realpath(top).catch(() => top)) !== real) {
    // Git looks upwards; releasing whatever repository happens to be around would be wrong.
    throw new SourceProblem(
      'not-a-repository',
      `${path} is a directory inside of the repository ${top}: name the repository itself in ${key}.`,
    );
  }
  return bare === 'true' ? 'bare' : 'checkout';
}

/** All remotes, by one question; without an address where git does not show it. */
async function remotesOf(path: string): Promise<ReadonlyMap<string, Partial<Location>>> {
  const shown = new Map<string, Partial<Location>>();
  for (const line of (await git(['remote', '--verbose'], { cwd: path })).stdout.split('\n')) {
    const [name = '', ...rest] = line.split('\t');
    if (name === '') continue;
    // Behind it may stand which objects a partial clone left out.
    const [, url, use] = /^(.+) \((fetch|push)\)(?: \[[^\]]*\])?$/.exec(rest.join('\t')) ?? [];
    // Of several addresses to push to, the first one counts.
    shown.set(name, { ...(use === undefined ? {} : { [use]: url }), ...shown.get(name) });
  }
  return shown;
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
