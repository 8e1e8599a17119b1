import { mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceRef } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import type { GitDirectory } from './git-directory.ts';
import type { Location } from './location.ts';
import { locate } from './location.ts';
import { retryingLocks } from './locks.ts';
import { remoteProblem } from './problems.ts';
import type { Identity } from './runner.ts';
import { git, gitBytes, gitStream, redact } from './runner.ts';
import { sweepScratch, withScratch } from './scratch.ts';

/** The bare clone of a product: branches of the remote under `refs/remotes/origin/`, its tags under `refs/tags/`; nothing of our own. */
export interface Clone extends GitDirectory {
  readonly source: SourceRef;
  /** The bare repository. */
  readonly directory: string;
  /** Where scratch directories of this product go. */
  readonly scratch: string;
  /** The remote's address for people, without secrets. */
  readonly url: string;
  readonly identity: Identity;
  /** Brings the clone up to date. */
  fetch(): Promise<void>;
}

const refspecs = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];

/**
 * Opens the clone, made on first use. Nothing is fetched yet.
 * @throws SourceProblem `not-a-repository`, `no-remote`
 */
export async function openClone(root: string, source: SourceRef, identity: Identity): Promise<Clone> {
  const location = await locate(source);
  await mkdir(join(root, 'clones'), { recursive: true });
  const base = await realpath(root);
  const directory = join(base, 'clones', `${safeName(source.product)}.git`);
  const scratch = join(base, 'scratch', safeName(source.product));
  await sweepScratch(scratch);
  if (!(await isFile(join(directory, 'HEAD')))) await create(directory, scratch);
  const clone: Clone = {
    source,
    directory,
    scratch,
    url: redact(location.fetch),
    identity,
    git: (args, options = {}) =>
      retryingLocks(directory, () => git(['--git-dir', directory, ...args], { cwd: directory, ...options })),
    stream: (args, onText, options = {}) =>
      gitStream(['--git-dir', directory, ...args], { cwd: directory, ...options }, onText),
    bytes: (args, options = {}) =>
      gitBytes(['--git-dir', directory, ...args], { cwd: directory, ...options }),
    fetch: () => update(clone),
  };
  await pointAt(clone, location);
  return clone;
}

async function update(clone: Clone): Promise<void> {
  const fetched = await clone.git([
    'fetch',
    '--quiet',
    '--prune',
    '--no-tags',
    '--no-write-fetch-head',
    'origin',
    ...refspecs,
  ]);
  // Git leaves out what would make this clone shallow as well, and calls that no failure.
  if (fetched.ok && /shallow roots are not allowed/.test(fetched.stderr))
    throw new SourceProblem(
      'shallow',
      `${clone.url} is a shallow clone: what a release covers can't be told from it. Run git fetch --unshallow --tags there.`,
    );
  if (fetched.ok) return;
  if (
    /\bcorrupt\b|object file .* is empty|bad object refs\/|unable to read tree|unresolved deltas/i.test(
      fetched.stderr,
    )
  ) {
    // The clone is a cache: what a power cut spoiled is thrown away, and the next attempt makes a new one.
    await rm(clone.directory, { recursive: true, force: true });
  }
  throw remoteProblem(fetched, clone.url);
}

/** Made aside and moved into place, so that a killed process leaves no half of it. */
async function create(directory: string, scratch: string): Promise<void> {
  await withScratch(scratch, async (path) => {
    await mkdir(path);
    const made = await git(['init', '--quiet', '--bare', '--template=', path], { cwd: scratch });
    if (!made.ok) throw new Error(`The clone ${directory} can't be made: ${made.stderr.trim()}`);
    await rename(path, directory).catch(async (error: unknown) => {
      if (await isFile(join(directory, 'HEAD'))) return; // another process was faster
      await rm(directory, { recursive: true, force: true });
      await rename(path, directory).catch(() => Promise.reject(error as Error));
    });
  });
}

async function pointAt(clone: Clone, location: Location): Promise<void> {
  const kept = await clone.git([
    'config',
    '--local',
    '--null',
    '--get-regexp',
    '^remote\\.origin\\.(push)?url$',
  ]);
  const wanted = { 'remote.origin.url': location.fetch, 'remote.origin.pushurl': location.push };
  for (const [key, value] of Object.entries(wanted)) {
    const current = kept.stdout.split('\0').filter((each) => each.startsWith(`${key}\n`));
    if (current.at(-1) === `${key}\n${value}`) continue;
    const written = await clone.git(['config', '--local', '--replace-all', key, value]);
    if (!written.ok)
      throw new SourceProblem(
        'unreachable',
        `The clone ${clone.directory} can't be written: ${written.stderr.trim()}`,
      );
  }
}

/** Product names are lower-case letters, digits and hyphens; whatever else comes never leaves the directory. */
const safeName = (product: string) =>
  encodeURIComponent(product).replace(/^\.+/, '_').replaceAll('*', '_') || '_';
const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() === true;
