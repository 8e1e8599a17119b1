import type { CodeHost } from '../../activities/ports/code-host.ts';
import { createOnce, notRepeated } from './github-repository.ts';
import type { GitHubRepository } from './github-repository.ts';
import { markerOf, shortTitle, withMarker } from './marker.ts';

interface Found {
  readonly number: number;
  readonly url: string;
}

/** How many of the newest issues are searched for the one that carries a key. */
const newest = 1_000;

/** Creates the issue, or finds the one whose body carries the key's marker, whatever people changed in it since. */
export async function createIssue(
  on: GitHubRepository,
  issue: { title: string; body: string; labels: readonly string[]; key: string },
): ReturnType<CodeHost['createIssue']> {
  const { octokit, here } = on;
  const wanted = {
    title: shortTitle(issue.title),
    body: withMarker(issue.body, issue.key),
    labels: [...new Set(issue.labels)],
  };
  const { value, created } = await createOnce<Found>(on, {
    find: () => findByMarker(on, markerOf(issue.key)),
    create: async () => {
      const { data } = await octokit.rest.issues.create({ ...here, ...notRepeated, ...wanted });
      return { number: data.number, url: data.html_url };
    },
  });
  return { ...value, created };
}

/**
 * Reads the list and not the search, whose index lags behind. No filter by label: GitHub drops labels silently where
 * the token may not set them, and people change them.
 */
async function findByMarker({ octokit, here }: GitHubRepository, marker: string): Promise<Found | undefined> {
  const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
    ...here,
    per_page: 100,
    state: 'all',
    sort: 'created',
    direction: 'desc',
  });
  let seen = 0;
  for await (const { data } of pages) {
    const found = data.find((issue) => issue.pull_request === undefined && issue.body?.includes(marker));
    if (found) return { number: found.number, url: found.html_url };
    seen += data.length;
    if (seen >= newest) break;
  }
  return undefined;
}
