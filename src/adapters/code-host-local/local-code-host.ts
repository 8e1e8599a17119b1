import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bug, CodeHost } from '../../activities/ports/code-host.ts';
import { CodeHostProblem } from '../../activities/ports/code-host.ts';
import type { SourceRef, SourceRepository } from '../../activities/ports/source.ts';
import { closedIssues } from '../../domain/changes/commits.ts';
import { createFile } from './files.ts';
import { writeMarkdown } from './front-matter.ts';
import type { Issue } from './issues.ts';
import { createIssue, readIssues } from './issues.ts';

export interface LocalCodeHostOptions {
  /** Holds `issues/` and `releases/`: Markdown files that people may read and edit. */
  readonly directory: string;
  readonly product: string;
  readonly source: SourceRef;
  readonly git: Pick<SourceRepository, 'head' | 'commits'>;
  /** Now; the system's clock unless given. */
  readonly now?: () => Date;
}

/**
 * Issues and releases without a code host, for the embedded mode. There are no pull requests and no checks; an issue is closed by `state: closed`
 * in its file or by a commit on main that says `fixes #N`, made after the issue.
 */
export function createLocalCodeHost({
  directory,
  product,
  source,
  git,
  now = () => new Date(),
}: LocalCodeHostOptions): CodeHost {
  const issues = join(directory, 'issues');
  /** The open ones of some issues, and of those the ones that no commit has fixed since. */
  const unfixed = async (which: (issue: Issue) => boolean): Promise<readonly Issue[]> => {
    const open = (await readIssues(issues)).filter((issue) => issue.state === 'open' && which(issue));
    if (open.length === 0) return [];
    const fixedAt = await fixes(git, source);
    // Git's clock has whole seconds: a fix in the second of the issue counts.
    return open.filter(
      ({ number, created }) => (fixedAt.get(number) ?? -1) < Math.floor((created ?? 0) / 1_000) * 1_000,
    );
  };
  return {
    openPullRequests: () => Promise.resolve([]),
    checkStatus: () => Promise.resolve({ state: 'none', notGreen: [] }),
    openBugs: () =>
      told(async () => {
        const open = await unfixed((issue) => issue.severity === 'critical' || issue.severity === 'high');
        return open.flatMap(({ number, title, severity, file }) =>
          severity === 'critical' || severity === 'high'
            ? [{ number, title, severity, url: urlOf(file) } satisfies Bug]
            : [],
        );
      }),
    openTasks: (run) =>
      told(async () => {
        const open = await unfixed(({ key }) => key?.startsWith(`${run}/`) === true);
        return open.map(({ number, title, file }) => ({ number, title, url: urlOf(file) }));
      }),
    publishRelease: (release) =>
      told(async () => {
        const file = join(directory, 'releases', `${fileName(release.tag)}.md`);
        const data = {
          product,
          tag: release.tag,
          name: release.name,
          prerelease: release.prerelease,
          published: now().toISOString(),
        };
        return { url: urlOf(file), created: await createFile(file, writeMarkdown(data, release.notes)) };
      }),
    createIssue: (request) =>
      told(async () => {
        const { issue, created } = await createIssue(issues, request, now());
        return { number: issue.number, url: urlOf(issue.file), created };
      }),
  };
}

/** When main last said that it fixes an issue, in epoch milliseconds by number. */
async function fixes(
  git: LocalCodeHostOptions['git'],
  source: SourceRef,
): Promise<ReadonlyMap<number, number>> {
  const { sha } = await git.head(source);
  const found = new Map<number, number>();
  for (const commit of await git.commits(source, { until: sha })) {
    for (const number of closedIssues(`${commit.subject}\n\n${commit.body}`))
      found.set(number, Math.max(found.get(number) ?? 0, Date.parse(commit.date)));
  }
  return found;
}

/** Problems of the file system become the port's, with the path. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof CodeHostProblem) throw error;
    throw new CodeHostProblem(
      `${path ?? 'The directory of the local code host'} can't be used: ${message}. See that the worker may write there.`,
      code === 'EAGAIN' || code === 'EMFILE' || code === 'EBUSY',
    );
  }
}

const urlOf = (file: string) => pathToFileURL(file).href;
/** A tag may hold slashes; a file's name may not. */
const fileName = (tag: string) => encodeURIComponent(tag).replace(/^\./, '%2E');
