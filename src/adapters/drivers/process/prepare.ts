import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CommandRunner,
  DriverRequest,
  DriverResult,
  EffectContext,
  SourceRepository,
} from '../../../activities/ports/index.ts';
import { readState, writeState } from '../../files/state-file.ts';
import { resultOfCommand } from '../command-result.ts';
import type { EnvironmentPaths } from './state.ts';

/** The name of a version's tree: readable, and of one commit only. */
export const treeName = (version: string, commit: string): string =>
  `${version.replace(/[^A-Za-z0-9._-]/g, '_')}-${commit.slice(0, 12)}`;

/**
 * Exports the commit and runs `install` in it, each once per tree.
 * @returns the tree, or why it is not ready
 */
export async function prepareTree(
  { git, commands }: { readonly git: SourceRepository; readonly commands: CommandRunner },
  paths: EnvironmentPaths,
  { source, target, environment }: DriverRequest,
  context: EffectContext,
): Promise<{ readonly directory: string } | { readonly failure: DriverResult }> {
  const directory = join(paths.versions, treeName(target.version, target.commit));
  await git.export(source, target.commit, directory);
  const install = environment.process?.install;
  if (!install) return { directory };
  const done = `${directory}.installed.json`;
  const fingerprint = createHash('sha256').update(install.run).digest('hex');
  if (((await readState(done)) as { fingerprint?: string } | undefined)?.fingerprint === fingerprint)
    return { directory };
  const result = await commands.run(
    {
      ...install,
      directory: join(directory, install.directory ?? '.'),
      target,
    },
    {
      ...context,
      step: `${context.step}.install`,
      key: `${context.key}/install`,
      heartbeat: (details) => context.heartbeat(details),
    },
  );
  const outcome = resultOfCommand(`install of ${target.version}`, result);
  if (!outcome.ok) return { failure: outcome };
  await writeState(done, { fingerprint });
  return { directory };
}

/** How many trees are kept for a way back besides those that slots use. */
const keptTrees = 5;

/** Removes the oldest trees that no slot uses. */
export async function pruneTrees(paths: EnvironmentPaths, used: readonly string[]): Promise<void> {
  const names = await readdir(paths.versions).catch(() => []);
  const trees = names.filter((name) => /-[0-9a-f]{12}$/.test(name)).map((name) => join(paths.versions, name));
  const idle = await Promise.all(
    trees
      .filter((tree) => !used.includes(tree))
      .map(async (tree) => ({ tree, changed: (await stat(tree)).ctimeMs })),
  );
  const old = idle.sort((a, b) => b.changed - a.changed).slice(keptTrees);
  for (const { tree } of old) {
    // The mark goes first: a tree that is half removed must not count as installed.
    await rm(`${tree}.installed.json`, { force: true });
    await rm(tree, { recursive: true, force: true });
  }
}
