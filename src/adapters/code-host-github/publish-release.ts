import { CodeHostProblem } from '../../activities/ports/code-host.ts';
import type { CodeHost } from '../../activities/ports/code-host.ts';
import { cutAtLine } from '../../domain/text/markdown.ts';
import { orMissing } from './github-problem.ts';
import { createOnce, notRepeated } from './github-repository.ts';
import type { GitHubRepository } from './github-repository.ts';

/** GitHub's limit for release notes, in characters. */
const longestNotes = 125_000;

/** Publishes the release of a tag that is there, or finds the one that has this tag. */
export async function publishRelease(
  on: GitHubRepository,
  { tag, name, notes, file, prerelease }: Parameters<CodeHost['publishRelease']>[0],
): ReturnType<CodeHost['publishRelease']> {
  const { octokit, here } = on;
  const { value, created } = await createOnce(on, {
    find: async () => (await orMissing(octokit.rest.repos.getReleaseByTag({ ...here, tag })))?.data,
    create: async () => {
      await needTag(on, tag);
      const body =
        notes.length <= longestNotes
          ? notes
          : cutAtLine(
              notes,
              longestNotes,
              `These notes are longer than GitHub publishes: [all of them](${await pageOf(on, tag, file)}).`,
            );
      const wanted = { tag_name: tag, name, body, prerelease };
      return (await octokit.rest.repos.createRelease({ ...here, ...notRepeated, ...wanted })).data;
    },
  });
  return { url: value.html_url, created };
}

/** Where people read a file as a tag has it. */
async function pageOf({ octokit, here }: GitHubRepository, tag: string, file: string): Promise<string> {
  const { data } = await octokit.rest.repos.get(here);
  return [
    data.html_url,
    'blob',
    ...[tag, ...file.split('/')].map((part) => part.split('/').map(encodeURIComponent).join('/')),
  ].join('/');
}

/** Without its tag GitHub would make one itself, on whatever the default branch is at that moment. */
async function needTag({ octokit, here }: GitHubRepository, tag: string): Promise<void> {
  if (await orMissing(octokit.rest.git.getRef({ ...here, ref: `tags/${tag}` }))) return;
  // 404 also where there is no such repository: this tells the two apart.
  await octokit.rest.repos.get(here);
  throw new CodeHostProblem(
    `${here.owner}/${here.repo} has no tag ${tag}: push the tag first; where it was just pushed, try again in a moment`,
    true,
  );
}
