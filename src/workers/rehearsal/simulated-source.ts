import { mkdir } from 'node:fs/promises';
import type { EffectContext, SourceRepository } from '../../activities/ports/index.ts';
import { CodeHostProblem, SourceProblem } from '../../activities/ports/index.ts';
import type { CodeHost, Commit } from '../../activities/ports/index.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { Executions } from './simulated-commands.ts';
import type { SimulatedGit } from './simulated-git.ts';
import { history } from './simulated-git.ts';

/** How long writing to the repository or the code host takes, and when it is given up (ms). */
const writing = { takes: 2_000, limit: 4 * 60_000 } as const;

/** Writes to a remote; it takes its time and may fail as the scenario has it. */
export type Writing = () => Promise<void>;

/** @param contextOf the effect that writes; without one nothing is written */
export function writingTo(
  executions: Executions,
  contextOf: () => EffectContext | undefined,
  refusal: () => Error,
): Writing {
  return async () => {
    const context = contextOf();
    if (!context) return;
    const { end } = await executions.carryOut(context, writing.takes, writing.limit);
    if (end !== 'done') throw refusal();
  };
}

export const pushRejected = (): SourceProblem =>
  new SourceProblem('push-rejected', 'the remote rejected the push: the scenario has it fail');

/** The product's repository, with a new migration where the product has any. Only what writes takes time and can fail. */
export function simulatedSource(config: ProductConfig, git: SimulatedGit, write: Writing): SourceRepository {
  return {
    head: () => Promise.resolve(git.between(undefined, history.main.commit)[0] as Commit),
    resolve: (_source, ref) => Promise.resolve(git.resolve(ref)),
    tags: () => Promise.resolve(git.tags.map((tag) => ({ ...tag, onMain: true }))),
    commits: (_source, { since, until }) => Promise.resolve(git.between(since, until)),
    within: (_source, of, hashes) =>
      Promise.resolve(
        hashes.filter((hash) => git.between(undefined, of).some(({ sha }) => sha.startsWith(hash))),
      ),
    dropped: () => Promise.resolve([]),
    readFile: (_source, ref, path) => Promise.resolve(fileAt(config, git.versionAt(ref), path)),
    listFiles: (_source, ref, glob) => Promise.resolve(migrationsAt(git.resolve(ref), glob)),
    changedFiles: () => Promise.resolve(['src/index.js']),
    unreleasedWork: () => Promise.resolve({ dirtyFiles: [], unpushedCommits: 0 }),
    export: async (_source, _commit, directory) => {
      await mkdir(directory, { recursive: true });
    },
    createReleaseBranch: async (_source, { branch, base, message }) => {
      await write();
      const { sha } = git.add(`f${base.slice(1)}`, message, base);
      return { commit: sha, created: git.branch(branch, sha) };
    },
    addToMain: async () => {
      await write();
      return { commit: history.main.commit };
    },
    mergeToMain: async (_source, { commit }) => {
      await write();
      return { commit, merged: true };
    },
    tag: async (_source, { name, commit }) => {
      await write();
      git.tag(name, commit);
      return { created: true };
    },
    deleteBranch: async (_source, { branch }) => {
      await write();
      return { deleted: git.deleteBranch(branch) };
    },
  };
}

/** What a flow reads: the version, the changelog, and what the configuration says is there. */
export function fileAt(config: ProductConfig, version: string, path: string): string | undefined {
  if (path === 'package.json') return `${JSON.stringify({ name: config.product, version }, undefined, 2)}\n`;
  if (path === 'CHANGELOG.md') return `# Changelog\n\n## [${version}]\n\n- before\n`;
  const { requirements, rollbackPlan, infrastructure = [] } = config.blueGreen ?? {};
  return [requirements, rollbackPlan, ...infrastructure].includes(path) ? `Simulated: ${path}\n` : undefined;
}

/** One migration that production has, and a newer one. */
function migrationsAt(commit: string, glob: string): string[] {
  const file = (name: string): string =>
    glob.replaceAll('**', 'simulated').replace('*', name).replaceAll('*', 'x');
  const old: readonly string[] = [history.before.commit, history.running.commit];
  return old.includes(commit) ? [file('1-rehearsed')] : [file('1-rehearsed'), file('2-rehearsed')];
}

/** A code host where nothing stands in the way. */
export function simulatedCodeHost(
  executions: Executions,
  contextOf: () => EffectContext | undefined,
): CodeHost {
  let issues = 0;
  const write = writingTo(
    executions,
    contextOf,
    () => new CodeHostProblem('the code host refuses: the scenario has it fail', false),
  );
  return {
    openPullRequests: () => Promise.resolve([]),
    checkStatus: () => Promise.resolve({ state: 'passed', notGreen: [] }),
    openBugs: () => Promise.resolve([]),
    openTasks: () => Promise.resolve([]),
    publishRelease: async ({ tag }) => {
      await write();
      return { url: `https://releases.invalid/${tag}`, created: true };
    },
    createIssue: async () => {
      await write();
      issues += 1;
      return { number: issues, url: `https://issues.invalid/${issues}`, created: true };
    },
  };
}
