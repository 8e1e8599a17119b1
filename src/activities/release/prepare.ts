import { changelogBlocks } from '../../domain/changes/changelog-blocks.ts';
import { insertSection } from '../../domain/changes/changelog.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { setPackageLockVersion, setPackageVersion } from '../../domain/versions/package-version.ts';
import { buildReleaseNotes, renderReleaseNotes } from '../../domain/changes/notes.ts';
import type { Candidate } from '../../domain/versions/candidate.ts';
import { sameFacts } from '../../domain/release/same-facts.ts';
import { ask } from '../agents/ask.ts';
import type { ReadChanges } from '../changes/read-changes.ts';
import { readChanges } from '../changes/read-changes.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen } from '../frozen.ts';
import { isOn, trailerOf } from '../own-branch.ts';
import type { ReleaseBranch, SourceRef } from '../ports/index.ts';
import { productTitle } from '../../domain/flows/preview.ts';
import { releaseBranchName } from '../../domain/release/branch-name.ts';

export interface Prepared {
  /** Markdown, with every section of the template. */
  readonly notes: string;
  /** Headers of the commits, newest first; at most 200. */
  readonly changes: readonly string[];
  readonly concerns: readonly string[];
}

/** At most this much of the notes is kept in the run; the whole text is in the release. */
const notesLimit = 60_000;

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
        const notes = factualNotes(config, candidate, changes);
        const improved = await improve(deps, config, candidate, notes, ref);
        return {
          ok: true,
          summary: improved.summary,
          value: {
            notes: improved.notes.slice(0, notesLimit),
            changes: changes.commits.slice(0, 200).map((commit) => commit.header),
            concerns: improved.concerns,
          },
        };
      });
    },

    /** Writes version, changelog and notes into one commit on `release/<product>/vX.Y.Z` and pushes it. */
    async createReleaseBranch(
      ref: StepRef,
      candidate: Candidate,
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
          const { files, problems } = await versionFiles(deps, source, config, candidate);
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

function factualNotes(config: ProductConfig, candidate: Candidate, changes: ReadChanges): string {
  return renderReleaseNotes(
    buildReleaseNotes({
      product: productTitle(config),
      version: candidate.version,
      date: candidate.date.slice(0, 10),
      commits: changes.commits,
      dependencies: changes.dependencies,
    }),
  );
}

async function improve(deps: Deps, config: ProductConfig, candidate: Candidate, notes: string, ref: StepRef) {
  const agent = config.agents['technical-writer'];
  const written = `notes and changelog for v${candidate.version} written from the commits`;
  if (!agent?.command) return { notes, concerns: [], summary: written };
  const result = await ask(deps, ref, agent, {
    who: { role: 'technical-writer' },
    skill: 'technical-writer',
    task: 'Improve the prose of these release notes. Keep every fact, number, name and section as it is.',
    inputs: { version: candidate.version, notes },
  });
  if (result.status !== 'done' || !result.text) {
    return {
      notes,
      concerns: [
        `the technical writer did not deliver (${result.summary}); the notes are as written from the commits`,
      ],
      summary: written,
    };
  }
  const check = sameFacts(notes, result.text);
  if (!check.same) {
    return {
      notes,
      concerns: [
        `the technical writer changed facts (${check.differences.slice(0, 3).join('; ')}); the notes are as written from the commits`,
      ],
      summary: written,
    };
  }
  return { notes: result.text, concerns: [], summary: `${written}, prose by the technical writer` };
}

/** The files that carry the version; a broken one is a problem of main's, not something to write over. */
async function versionFiles(
  deps: Deps,
  source: SourceRef,
  config: ProductConfig,
  candidate: Candidate,
): Promise<{ files: ReleaseBranch['files']; problems: string[] }> {
  const read = (file: string) => deps.source.readFile(source, candidate.base, file);
  const edits = [
    { path: 'package.json', edit: setPackageVersion(await read('package.json'), candidate.version) },
    {
      path: 'package-lock.json',
      edit: setPackageLockVersion(await read('package-lock.json'), candidate.version),
    },
  ];
  const { commits, dependencies } = await changesIn(deps, source, config, candidate);
  const changelog = insertSection(await read('CHANGELOG.md'), {
    version: candidate.version,
    date: candidate.date.slice(0, 10),
    blocks: changelogBlocks(commits, dependencies),
  });
  return {
    files: [
      ...edits.flatMap(({ path: file, edit }) =>
        edit.kind === 'changed' ? [{ path: file, content: edit.text }] : [],
      ),
      ...(changelog.changed ? [{ path: 'CHANGELOG.md', content: changelog.text }] : []),
    ],
    problems: edits.flatMap(({ edit }) => (edit.kind === 'broken' ? [edit.problem] : [])),
  };
}

function commitMessage(title: string, candidate: Candidate): string {
  const since = candidate.previousTag ? `everything since ${candidate.previousTag}` : 'everything so far';
  return `chore(release): v${candidate.version}\n\nWrites the version and the changelog for ${title} v${candidate.version}: ${since}.`;
}
