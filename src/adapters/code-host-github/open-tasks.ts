import type { CodeHost } from '../../activities/ports/code-host.ts';
import type { GitHubRepository } from './github-repository.ts';
import { markerStart } from './marker.ts';

/** How many of the newest open issues are looked through. */
const newest = 1_000;

/** Open issues whose marker says that this run opened them. */
export async function openTasks(
  { octokit, here }: GitHubRepository,
  run: string,
): ReturnType<CodeHost['openTasks']> {
  const marker = markerStart(`${run}/`);
  const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
    ...here,
    per_page: 100,
    state: 'open',
    sort: 'created',
    direction: 'desc',
  });
  const found: { number: number; title: string; url: string }[] = [];
  let seen = 0;
  for await (const { data } of pages) {
    for (const { number, title, html_url: url, body, pull_request: pull } of data)
      if (pull === undefined && body?.includes(marker)) found.push({ number, title, url });
    seen += data.length;
    if (seen >= newest) break;
  }
  return found.sort((a, b) => a.number - b.number);
}
