import type { Suite } from '../../domain/blue-green/plan.ts';
import { checksOf } from '../../domain/blue-green/plan.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { notesFile } from '../../domain/changes/notes-file.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { closedIssues } from '../../domain/changes/commits.ts';
import { addressBeside, inNoSlot } from '../environments/address-beside.ts';
import type { CheckCounts } from '../checks/checks.ts';
import { runChecks } from '../checks/checks.ts';
import { asLook, beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen, frozenEnvironment, requireEnvironment } from '../frozen.ts';
import { trailerOf } from '../own-branch.ts';
import type { EffectContext, SourceRef, Target } from '../ports/index.ts';

/** What took over, and where. */
interface Promoted {
  readonly environment: string;
  readonly version: string;
  readonly commit: string;
}

export interface NotesRequest extends Promoted {
  /** Markdown. */
  readonly notes: string;
}

export interface MergeRequest extends Promoted {
  /** Where the commit was found, or the branch of the fixes. */
  readonly branch: string;
  /** What served before; everything since is new. */
  readonly since: string;
}

/** What is done with green itself. */
export function greenActivities(deps: Deps) {
  return {
    /** Runs checks that find green's own address in `SLUICE_URL`: users come in somewhere else. */
    async checkGreen(
      ref: StepRef,
      request: { readonly suite: Suite; readonly target: Target },
    ): Promise<EffectOutcome<CheckCounts>> {
      return asOutcome(async () => {
        const { suite } = request;
        const { config, environment, target } = await frozenEnvironment(deps, ref, request.target);
        const url = await addressBeside(deps, environment, target);
        if (url === undefined) return { ok: false, summary: inNoSlot(target) };
        const checks = checksOf(config, target.environment, suite);
        return runChecks(deps, { name: suite, checks, target, url }, effectContext(ref));
      });
    },

    /** Main gets the notes of a deployment, beside those of releases (requirements.md, "blue/green: update affected docs, commit and push"). */
    async commitNotes(ref: StepRef, { notes, ...promoted }: NotesRequest): Promise<EffectOutcome> {
      return asOutcome(() =>
        beating(effectContext(ref), async (context) => {
          const { source } = await deps.catalog.load(ref.product);
          const config = await frozen(deps, ref);
          const { version } = promoted;
          const foreign = await servesOther(deps, ref, { config, source, ...promoted }, context);
          if (foreign !== undefined) return { ok: false, summary: `nothing was committed: ${foreign}` };
          const path = notesFile(config, { tag: `v${version}`, version });
          const { commit } = await deps.source.addToMain(source, {
            path,
            content: notes,
            message: `docs(release): notes of the deployment of v${version}\n\nWhat was tested, met and mended before it took over in ${promoted.environment}.`,
            run: trailerOf(context, ref),
          });
          return {
            ok: true,
            summary: commit === undefined ? `${path} is there already` : `${path} in ${commit.slice(0, 10)}`,
            ...(commit === undefined ? {} : { facts: { commit } }),
          };
        }),
      );
    },

    /** Main gets what production runs. The merge says again which issues its commits fix, which closes them (BG-8). */
    async mergeGreen(
      ref: StepRef,
      request: MergeRequest,
    ): Promise<EffectOutcome<{ readonly issues: readonly number[] }>> {
      return asOutcome(() =>
        beating(effectContext(ref), async (context) => {
          const { source } = await deps.catalog.load(ref.product);
          const config = await frozen(deps, ref);
          const foreign = await servesOther(deps, ref, { config, source, ...request }, context);
          if (foreign !== undefined) return { ok: false, summary: `nothing was merged: ${foreign}` };
          const commits = await deps.source.commits(source, {
            ...(request.since === request.commit ? {} : { since: request.since }),
            until: request.commit,
          });
          const issues = [
            ...new Set(commits.flatMap(({ subject, body }) => closedIssues(`${subject}\n\n${body}`))),
          ].slice(0, 100);
          const fixes = issues.map((issue) => `fixes #${issue}`).join('\n');
          const { commit, merged } = await deps.source.mergeToMain(source, {
            branch: request.branch,
            commit: request.commit,
            message: [
              `Merge ${request.branch}`,
              `v${request.version} was promoted and holds; main carries what ${request.environment} runs.`,
              ...(fixes ? [fixes] : []),
            ].join('\n\n'),
            run: trailerOf(context, ref),
          });
          const closed = issues.length > 0 ? `; closes ${issues.map((issue) => `#${issue}`).join(', ')}` : '';
          return {
            ok: true,
            summary: `${merged ? `merged as ${commit.slice(0, 10)}` : `${source.main} has it already`}${closed}`,
            value: { issues },
            facts: { commit },
          };
        }),
      );
    },
  };
}

/** Whoever asks can name any commit: what serves was approved. Gives what serves instead, in words. */
async function servesOther(
  deps: Deps,
  { product }: StepRef,
  {
    config,
    source,
    environment: name,
    version,
    commit,
  }: Promoted & { config: ProductConfig; source: SourceRef },
  context: EffectContext,
): Promise<string | undefined> {
  const environment = requireEnvironment(config, name);
  const target: Target = { product, environment: name, version, commit, previousVersion: undefined };
  const serving = await deps
    .driver(environment)
    .current({ target, environment, source }, asLook(context, 'serving'));
  if (serving?.commit === commit) return undefined;
  const runs = serving ? `v${serving.version} (${serving.commit.slice(0, 10)})` : 'nothing';
  return `${name} runs ${runs}, and not ${commit.slice(0, 10)}`;
}
