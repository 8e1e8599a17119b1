import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SourceProblem } from '../../activities/ports/index.ts';
import { readText } from '../../adapters/git/history.ts';
import type { LocalRepository } from '../../adapters/git/local-repository.ts';
import { localCommit, openLocalRepository } from '../../adapters/git/local-repository.ts';
import { packageName } from '../../domain/changes/package-name.ts';
import { parseProductConfig } from '../../domain/config/parse.ts';
import { formatProblem } from '../../domain/config/problem.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';

export interface LocalOptions {
  readonly repository: string;
  /** A commit, a branch or a tag; what is checked out where it is left out. */
  readonly ref?: string | undefined;
  /** In place of `release.tagPrefix`. */
  readonly tagPrefix?: string | undefined;
}

/** A product that nobody serves: its repository on this machine, and what its sluice.yaml says of releases, where there is one. */
export interface LocalProduct {
  readonly repository: LocalRepository;
  readonly head: string;
  readonly config: Pick<ProductConfig, 'product' | 'release'>;
  /** `sluice.yaml`, where one was read. */
  readonly file: string | undefined;
}

/** What stands in the way of an answer; nothing was changed. */
export class LocalProblem extends Error {
  override readonly name = 'LocalProblem';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const configName = 'sluice.yaml';

/**
 * Opens a repository that a person named. Nothing is fetched and nothing written.
 * @throws LocalProblem where there is no such repository, or its sluice.yaml has problems
 */
export async function openLocalProduct({
  repository: path,
  ref,
  tagPrefix,
}: LocalOptions): Promise<LocalProduct> {
  try {
    const repository = await openLocalRepository(path);
    const head = await localCommit(repository, ref);
    const found = await findConfig(repository, head);
    const manifest = await readText(repository, head, 'package.json').catch(() => undefined);
    const product = found?.config.product ?? packageName(manifest) ?? nameOf(repository.directory);
    const release = { ...found?.config.release, ...(tagPrefix === undefined ? {} : { tagPrefix }) };
    return { repository, head, config: { product, release }, file: found?.file };
  } catch (error) {
    return asProblem(error);
  }
}

/** The file of the checkout, also where it isn't committed; else, or in a bare repository, that of the commit. */
async function findConfig(repository: LocalRepository, head: string) {
  const file = join(repository.directory, configName);
  const text =
    (await readFile(file, 'utf8').catch(() => undefined)) ?? (await readText(repository, head, configName));
  if (text === undefined) return undefined;
  const parsed = parseProductConfig(text, configName);
  if (!parsed.ok) throw new LocalProblem(parsed.problems.map(formatProblem));
  return { file: configName, config: parsed.config };
}

const nameOf = (directory: string) => basename(resolve(directory)).replace(/\.git$/, '');

/** What git said no to is told as a problem, like everything else that stands in the way. */
export function asProblem(error: unknown): never {
  throw error instanceof SourceProblem ? new LocalProblem([error.message]) : error;
}

/** A question about tags, which an option answers as well here. */
export const asAnsweredHere = (question: string) =>
  question.replace('Say in sluice.yaml', 'Say with --tag-prefix, or in sluice.yaml,');
