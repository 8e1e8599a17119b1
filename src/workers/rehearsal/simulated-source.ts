import { mkdir } from 'node:fs/promises';
import type { CodeHost, Commit, EffectContext, SourceRepository } from '../../activities/ports/index.ts';
import { CodeHostProblem, SourceProblem } from '../../activities/ports/index.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { Executions } from './simulated-commands.ts';

/** What production runs when a rehearsal begins, the version before it, and what main has since. */
export const history = {
  before: { version: '1.3.0', commit: 'b'.repeat(40) },
  running: { version: '1.4.0', commit: 'c'.repeat(40) },
  main: { version: '1.5.0', commit: 'd'.repeat(40) },
} as const;

const commitOf = (sha: string, subject: string): Commit => ({
  sha,
  subject,
  body: '',
  author: 'Rehearsal',
  email: 'rehearsal@example.invalid',
  date: '2020-01-01T00:00:00Z',
});

const changes = [
  commitOf(history.main.commit, 'feat: something new to rehearse with'),
  commitOf('e'.repeat(40), 'fix: something that was wrong'),
];

/** How long writing to the repository or the code host takes, and when it is given up (ms). */
const writing = { takes: 2_000, limit: 4 * 60_000 } as const;

/**
 * A repository with two releases, of which production runs the newer one, and two changes since, one of them with a migration where the
 * product has any. Only what writes takes time and can fail.
 */
export function simulatedSource(
  config: ProductConfig,
  executions: Executions,
  contextOf: () => EffectContext | undefined,
): SourceRepository {
  const branches = new Map<string, string>();
  const tags = [history.before, history.running].map(({ version, commit }) => ({
    name: `v${version}`,
    commit,
  }));
  const write = async (): Promise<void> => {
    const context = contextOf();
    if (!context) return;
    const { end } = await executions.carryOut(context, writing.takes, writing.limit);
    if (end !== 'done')
      throw new SourceProblem('push-rejected', 'the remote rejected the push: the scenario has it fail');
  };
  return {
    head: () => Promise.resolve(changes[0] as Commit),
    resolve: (_source, ref) =>
      Promise.resolve(
        branches.get(ref) ?? tags.find(({ name }) => name === ref)?.commit ?? history.main.commit,
      ),
    tags: () => Promise.resolve(tags),
    commits: () => Promise.resolve(changes),
    readFile: (_source, ref, path) => Promise.resolve(fileAt(config, ref, path)),
    listFiles: (_source, ref, glob) => Promise.resolve(migrationsAt(ref, glob)),
    changedFiles: () => Promise.resolve(['src/index.js']),
    unreleasedWork: () => Promise.resolve({ dirtyFiles: [], unpushedCommits: 0 }),
    export: async (_source, _commit, directory) => {
      await mkdir(directory, { recursive: true });
    },
    createReleaseBranch: async (_source, { branch, base }) => {
      await write();
      const commit = `f${base.slice(1)}`;
      const created = !branches.has(branch);
      branches.set(branch, commit);
      return { commit, created };
    },
    mergeToMain: async (_source, { commit }) => {
      await write();
      return { commit, merged: true };
    },
    tag: async (_source, { name, commit }) => {
      await write();
      tags.push({ name, commit });
      return { created: true };
    },
    deleteBranch: async (_source, { branch }) => {
      await write();
      return { deleted: branches.delete(branch) };
    },
  };
}

function fileAt({ product }: ProductConfig, ref: string, path: string): string | undefined {
  const { version } = ref === `v${history.before.version}` ? history.before : history.running;
  if (path === 'package.json') return `${JSON.stringify({ name: product, version }, null, 2)}\n`;
  if (path === 'CHANGELOG.md') return `# Changelog\n\n## [${version}]\n\n- before\n`;
  return undefined;
}

/** One migration that production has, and a newer one. */
function migrationsAt(ref: string, glob: string): string[] {
  const file = (name: string): string =>
    glob.replaceAll('**', 'simulated').replace('*', name).replaceAll('*', 'x');
  const old: readonly string[] = [history.before.commit, history.running.commit];
  return old.includes(ref) ? [file('1-rehearsed')] : [file('1-rehearsed'), file('2-rehearsed')];
}

/** A code host where nothing stands in the way. */
export function simulatedCodeHost(
  executions: Executions,
  contextOf: () => EffectContext | undefined,
): CodeHost {
  let issues = 0;
  const write = async (): Promise<void> => {
    const context = contextOf();
    if (!context) return;
    const { end } = await executions.carryOut(context, writing.takes, writing.limit);
    if (end !== 'done') throw new CodeHostProblem('the code host refuses: the scenario has it fail', false);
  };
  return {
    openPullRequests: () => Promise.resolve([]),
    checkStatus: () => Promise.resolve({ state: 'passed', notGreen: [] }),
    openBugs: () => Promise.resolve([]),
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
