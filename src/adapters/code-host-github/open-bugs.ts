import { CodeHostProblem } from '../../activities/ports/code-host.ts';
import type { Bug } from '../../activities/ports/code-host.ts';
import { orMissing } from './github-problem.ts';
import type { GitHubRepository } from './github-repository.ts';

export type SeverityLabels = Readonly<Record<Bug['severity'], string>>;

/** Open issues with a severity label; one that has both labels counts as critical. */
export async function openBugs(on: GitHubRepository, labels: SeverityLabels): Promise<readonly Bug[]> {
  const bugs = [
    ...(await bugsOf(on, 'critical', labels.critical)),
    ...(await bugsOf(on, 'high', labels.high)),
  ];
  return bugs.filter((bug, index) => bugs.findIndex(({ number }) => number === bug.number) === index);
}

async function bugsOf(
  on: GitHubRepository,
  severity: Bug['severity'],
  label: string,
): Promise<readonly Bug[]> {
  if (label.includes(',')) {
    throw new CodeHostProblem(
      `GitHub can't filter by a label with a comma: rename ${JSON.stringify(label)}`,
      false,
    );
  }
  const { octokit, here, log } = on;
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    ...here,
    per_page: 100,
    state: 'open',
    labels: label,
  });
  // A mistyped label would make every release look ready.
  if (issues.length === 0 && !(await orMissing(octokit.rest.issues.getLabel({ ...here, name: label })))) {
    log?.warn(
      `${here.owner}/${here.repo} has no label ${JSON.stringify(label)}: no issue can count as ${severity}`,
    );
  }
  // GitHub lists pull requests as issues.
  return issues
    .filter((issue) => issue.pull_request === undefined)
    .map(({ number, title, html_url: url }) => ({ number, title, severity, url }));
}
