import { changelogBlocks } from '../../domain/changes/changelog-blocks.ts';
import { insertSection } from '../../domain/changes/changelog.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { cutAtLine } from '../../domain/text/markdown.ts';
import { setPackageLockVersion, setPackageVersion } from '../../domain/versions/package-version.ts';
import type { Candidate } from '../../domain/versions/candidate.ts';
import { sameFacts } from '../../domain/release/same-facts.ts';
import { factualNotes } from '../changes/factual-notes.ts';
import type { ReadChanges } from '../changes/read-changes.ts';
import { readChanges } from '../changes/read-changes.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen } from '../frozen.ts';
import { isOn, trailerOf } from '../own-branch.ts';
import type { ReleaseBranch, SourceRef } from '../ports/index.ts';
import { improved, notesFileOf, notesOfPeople } from './notes.ts';
import { productTitle } from '../../domain/flows/preview.ts';
import { releaseBranchName } from '../../domain/release/branch-name.ts';

export interface Prepared {
  /** Markdown, with every section of the template. */
  readonly notes: string;
  /** Headers of the commits, newest first; at most 200. */
  readonly changes: readonly string[];
  readonly concerns: readonly string[];
  /** Whether `notes` is all of them: a run keeps no more than its first 60,000 characters. Undefined in runs of before 0.4. */
  readonly whole?: boolean;
  /** Where the release branch has all of them. */
  readonly file?: string;
  /** The version's section of CHANGELOG.md; at most its first 20,000 characters. */
  readonly changelog?: string;
}

/** Characters of the notes that a run keeps; all of them are in the release branch. */
const notesLimit = 60_000;
const changelogLimit = 20_000;

/** Steps 1.3 and 2.1: the technical writer's work, and the branch that carries it. */
export function prepareActivities(deps: Deps) {
  return {
    /** Release notes from the commits; a configured technical writer may improve the prose, not the facts. */
    async prepareRelease(ref: StepRef, candidate: Candidate): Promise<EffectOutcome<Prepared>> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const config = await frozen(deps, ref);
        const { source } = await deps.catalog.load(ref.product);
        const changes = await beating(context, () => changesIn(deps, source, config, candidate));
        const file = await notesFileOf(deps, source, config, candidate.version);
        const { section } = await changelogWith(deps, source, candidate, changes);
        const theirs = await notesOfPeople(deps, source, file, candidate);
        const written =
          theirs === undefined
            ? await improved(
                deps,
                config,
                candidate,
                { notes: factualNotes(config, candidate, changes), changelog: section },
                ref,
              )
            : { notes: theirs, concerns: [], summary: `notes as people wrote them in ${file}` };
        const untold = `${file} on the release branch was written before ${candidate.base.slice(0, 10)}, and does not tell of it`;
        return {
          ok: true,
          summary: written.summary,
          value: {
            notes: cutAtLine(written.notes, notesLimit, `All of them are in \`${file}\`.`),
            whole: written.notes.length <= notesLimit,
            file,
            changelog: cutAtLine(section, changelogLimit, 'The rest is in `CHANGELOG.md`.'),
            changes: changes.commits.slice(0, 200).map((commit) => commit.header),
            concerns: [
              ...written.concerns,
              ...(theirs === undefined && candidate.written !== undefined ? [untold] : []),
            ],
          },
        };
      });
    },

    /**
     * Writes version, changelog and notes into one commit on `release/<product>/vX.Y.Z` and pushes it. `notes`: in better prose,
     * and with the same facts as the commits; without them the commits' own.
     */
    async createReleaseBranch(
      ref: StepRef,
      candidate: Candidate,
      notes?: string,
    ): Promise<EffectOutcome<{ readonly commit: string; readonly branch: string }>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async () => {
          const config = await frozen(deps, ref);
          const { source } = await deps.catalog.load(ref.product);
          const branch = releaseBranchName(ref.product, candidate.version);
          if (!(await isOn(deps, source, candidate.base, source.main)))
            return {
              ok: false,
              summary: `${candidate.base.slice(0, 10)} is not on ${source.main}: a release is made from there`,
            };
          const { files, problems } = await versionFiles(deps, source, config, candidate, notes);
          if (problems.length > 0) return { ok: false, summary: problems.join(' ') };
          const { commit } = await deps.source.createReleaseBranch(source, {
            branch,
            base: candidate.base,
            files,
            message: commitMessage(productTitle(config), candidate),
            run: trailerOf(context, ref),
          });
          return {
            ok: true,
            summary: `${branch} at ${commit.slice(0, 10)}`,
            value: { commit, branch },
            facts: { files: files.map((file) => file.path) },
          };
        }),
      );
    },
  };
}

const changesIn = (deps: Deps, source: SourceRef, config: ProductConfig, candidate: Candidate) =>
  readChanges(
    deps.source,
    source,
    { since: candidate.previousTag ?? undefined, until: candidate.base },
    config,
  );

/** The files that carry the version; a broken one is a problem of main's, not something to write over. */
async function versionFiles(
  deps: Deps,
  source: SourceRef,
  config: ProductConfig,
  candidate: Candidate,
  prose: string | undefined,
): Promise<{ files: ReleaseBranch['files']; problems: string[] }> {
  const read = (file: string) => deps.source.readFile(source, candidate.base, file);
  const edits = [
    { path: 'package.json', edit: setPackageVersion(await read('package.json'), candidate.version) },
    {
      path: 'package-lock.json',
      edit: setPackageLockVersion(await read('package-lock.json'), candidate.version),
    },
  ];
  const changes = await changesIn(deps, source, config, candidate);
  const changelog = await changelogWith(deps, source, candidate, changes);
  const notesPath = await notesFileOf(deps, source, config, candidate.version);
  const facts = factualNotes(config, candidate, changes);
  const notes = {
    path: notesPath,
    // Whoever asks can hand over any text: what says something else than the commits is not written.
    content: prose !== undefined && sameFacts(facts, prose).same ? prose : facts,
    theirs: (await notesOfPeople(deps, source, notesPath, candidate)) !== undefined,
  };
  return {
    files: [
      ...edits.flatMap(({ path: file, edit }) =>
        edit.kind === 'changed' ? [{ path: file, content: edit.text }] : [],
      ),
      ...(changelog.changed ? [{ path: 'CHANGELOG.md', content: changelog.text }] : []),
      ...(notes.theirs ? [] : [{ path: notes.path, content: notes.content }]),
    ],
    problems: edits.flatMap(({ edit }) => (edit.kind === 'broken' ? [edit.problem] : [])),
  };
}

/** CHANGELOG.md as the version's commit has it. */
const changelogWith = async (
  deps: Deps,
  source: SourceRef,
  { base, version, date }: Candidate,
  { commits, dependencies }: ReadChanges,
) =>
  insertSection(await deps.source.readFile(source, base, 'CHANGELOG.md'), {
    version,
    date: date.slice(0, 10),
    blocks: changelogBlocks(commits, dependencies),
  });

function commitMessage(title: string, candidate: Candidate): string {
  const since = candidate.previousTag ? `everything since ${candidate.previousTag}` : 'everything so far';
  return `chore(release): v${candidate.version}\n\nWrites the version, the changelog and the notes for ${title} v${candidate.version}: ${since}.`;
}
