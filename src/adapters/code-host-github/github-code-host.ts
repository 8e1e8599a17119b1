import type { CodeHost } from '../../activities/ports/code-host.ts';
import type { Log } from '../../activities/ports/effect.ts';
import { checkRunSignal, combineChecks, latestStatuses, statusSignal } from './check-state.ts';
import { createIssue } from './create-issue.ts';
import { createGitHubClient } from './github-client.ts';
import { toProblem } from './github-problem.ts';
import type { GitHubRepository } from './github-repository.ts';
import { openBugs } from './open-bugs.ts';
import type { SeverityLabels } from './open-bugs.ts';
import { openTasks } from './open-tasks.ts';
import { publishRelease } from './publish-release.ts';

export interface GitHubOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** The token itself, already resolved; what it needs is in docs/code-hosts.md. */
  readonly token: string;
  readonly apiUrl: string;
  /** Only open pull requests with this label belong to the release; without it, all that are not drafts. */
  readonly releaseLabel?: string | undefined;
  readonly severityLabels: SeverityLabels;
  readonly log?: Log;
  /** Milliseconds that a second of waiting lasts: 1000 unless a test shortens it. */
  readonly second?: number;
  /** Milliseconds that one request may take: 30 s by default. */
  readonly timeout?: number;
}

/**
 * Pull requests, checks, issues and releases on GitHub or GitHub Enterprise Server (RW-2, RW-11, RW-15).
 * Every failure is a CodeHostProblem; short waits for rate limits and 5xx happen inside a call (docs/code-hosts.md).
 */
export function createGitHubCodeHost(options: GitHubOptions): CodeHost {
  const {
    repository,
    token,
    apiUrl,
    releaseLabel,
    severityLabels,
    log,
    second = 1_000,
    timeout = 30_000,
  } = options;
  const [owner = '', repo = ''] = repository.split('/');
  const octokit = createGitHubClient({ apiUrl, token, log, second, timeout });
  const here = { owner, repo };
  const on: GitHubRepository = { octokit, here, log, second };

  const guarded = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toProblem(error, doing, repository, Date.now());
    }
  };

  return {
    openPullRequests: (base) =>
      guarded('list pull requests', async () => {
        const pulls = await octokit.paginate(octokit.rest.pulls.list, {
          ...here,
          per_page: 100,
          state: 'open',
          base,
        });
        return pulls
          .filter((pull) =>
            releaseLabel === undefined
              ? !pull.draft
              : pull.labels.some((label) => label.name === releaseLabel),
          )
          .map(({ number, title, html_url: url }) => ({ number, title, url }));
      }),

    checkStatus: (commit) =>
      guarded(`read the checks of ${commit}`, async () => {
        const of = { ...here, ref: commit, per_page: 100 };
        const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...of, filter: 'latest' });
        const statuses = await octokit.paginate(octokit.rest.repos.listCommitStatusesForRef, of);
        return combineChecks([...runs.map(checkRunSignal), ...latestStatuses(statuses).map(statusSignal)]);
      }),

    openBugs: () => guarded('list open issues', () => openBugs(on, severityLabels)),

    openTasks: (run) => guarded(`list the tasks of ${run}`, () => openTasks(on, run)),

    publishRelease: (release) =>
      guarded(`publish the release ${release.tag}`, () => publishRelease(on, release)),

    createIssue: ({ severity, labels, ...issue }) =>
      guarded(`create the issue ${JSON.stringify(issue.title)}`, () => {
        const own = severity === 'critical' || severity === 'high' ? [severityLabels[severity]] : [];
        return createIssue(on, { ...issue, labels: [...labels, ...own] });
      }),
  };
}
