import type { Commit, PastHistory, SourceHistory, Tag } from '../../activities/ports/source.ts';
import { SourceProblem } from '../../activities/ports/source.ts';
import { CommitGraph } from './commit-graph.ts';
import { readCommits } from './commits.ts';
import { asText, changedPaths, listPaths, readTags } from './history.ts';
import type { LocalRepository } from './local-repository.ts';
import { openObjectReader } from './object-reader.ts';
import { isHash } from './refs.ts';

/**
 * Reads the history of all tags at once. What is asked of it afterwards needs git only for files.
 * @throws SourceProblem `not-a-repository`
 */
export async function openPastHistory(from: LocalRepository): Promise<PastHistory> {
  const tags = await readTags(from, undefined);
  const tips = [...new Set(tags.map(({ commit }) => commit))];
  const commits =
    tips.length === 0 ? [] : await readCommits(from, ['--stdin'], tips.map((tip) => `${tip}\n`).join(''));
  const graph = new CommitGraph<Commit>(commits);
  const places = new Map(tags.map(({ name, commit }) => [name, commit]));
  const objects = openObjectReader(from);
  const hashOf = (ref: string): string => {
    const found = isHash(ref) ? ref : places.get(ref);
    if (found === undefined) throw new SourceProblem('unknown-ref', `There is no tag ${ref}.`);
    return found;
  };
  const asOf = (head: string, known: readonly Tag[]): SourceHistory => ({
    head: () => {
      const commit = graph.commit(head);
      return commit
        ? Promise.resolve(commit)
        : Promise.reject(new SourceProblem('unknown-ref', `There is no commit ${head}.`));
    },
    tags: () => Promise.resolve(known),
    commits: (_, { since, until }) =>
      Promise.resolve(graph.range(hashOf(until), since === undefined ? undefined : hashOf(since))),
    within: (_, of, hashes) => {
      const inside = graph.within(hashOf(of));
      return Promise.resolve(hashes.filter((digits) => inside(graph.named(digits) ?? '')));
    },
    readFile: async (_, ref, path) => {
      const bytes = await objects.file(hashOf(ref), path);
      return bytes === undefined ? undefined : asText(bytes, path);
    },
    listFiles: (_, ref, glob) => listPaths(from, hashOf(ref), glob),
    changedFiles: (_, older, newer) =>
      older === undefined
        ? changedPaths(from, undefined, hashOf(newer))
        : objects.changed(hashOf(older), hashOf(newer)),
  });
  return {
    tags: tags.map(({ name, commit }) => ({ name, commit })),
    commit: (sha) => graph.commit(sha),
    range: (until, since) => graph.range(until, since),
    within: (of) => graph.within(of),
    changedFiles: (older, newer) => objects.changed(older, newer),
    asOf,
    close: () => objects.close(),
  };
}
