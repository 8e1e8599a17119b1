import { changelogDoubt, changelogIsCurrent } from '../../domain/changes/changelog.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Bug, CodeHost } from '../ports/index.ts';
import type { ReleaseFacts } from './facts.ts';

export interface Surroundings {
  /** What has to be mended before the release (RW-2). */
  readonly blockers: readonly string[];
  /** What an approver should know. */
  readonly concerns: readonly string[];
}

/** What stands on the code host and in the changelog against releasing a commit of main now: for the preview, and for readiness. Reads only. */
export async function surroundings(
  deps: Deps,
  config: ProductConfig,
  { head, previous }: Pick<ReleaseFacts, 'head' | 'previous'>,
): Promise<Surroundings> {
  const { source } = await deps.catalog.load(config.product);
  const onHost = await lookAtHost(await deps.codeHost(config), config.repository.main, head.sha);
  const text = await deps.source.readFile(source, head.sha, 'CHANGELOG.md');
  const changelog = changelogIsCurrent(text, previous?.version);
  const doubt = changelogDoubt(text);
  return {
    blockers: [...onHost, ...(changelog.ok ? [] : [changelog.reason])],
    concerns: doubt === undefined ? [] : [doubt],
  };
}

async function lookAtHost(host: CodeHost, main: string, commit: string): Promise<string[]> {
  const [pulls, checks, bugs] = await Promise.all([
    host.openPullRequests(main),
    host.checkStatus(commit),
    host.openBugs(),
  ]);
  const blockers = [
    ...pulls.map((pull) => `pull request #${pull.number} is not merged: ${pull.title}`),
    ...bugs.map(
      (bug) => `${bug.severity} bug #${bug.number} is open: ${bug.title} (${bug.url}); ${howToClose(bug)}`,
    ),
  ];
  if (checks.state === 'failed') blockers.push(`checks on main failed: ${checks.notGreen.join(', ')}`);
  if (checks.state === 'pending')
    blockers.push(`checks on main have not finished: ${checks.notGreen.join(', ')}`);
  return blockers;
}

/** An issue of the local code host is a file on this machine; one on a server is closed there. */
function howToClose({ number, url }: Bug): string {
  const commit = `a commit on main that says "fixes #${number}" closes it`;
  return url.startsWith('file:')
    ? `${commit}, or state: closed in that file`
    : `${commit}, or close it there`;
}
