import type { Bundle } from '../../domain/gates/bundle.ts';
import { assessRisk, bundleDigest } from '../../domain/gates/bundle.ts';
import type { Past } from '../../domain/records/past.ts';
import { takenBackText } from '../../domain/records/past.ts';
import { count } from '../../domain/text/count.ts';
import { cutAtLine } from '../../domain/text/markdown.ts';
import { versionIn } from '../../domain/versions/tags.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { migratesUnsaved, rollbackPlan } from '../../domain/gates/rollback-plan.ts';
import { successCriteria } from '../../domain/gates/success-criteria.ts';
import { shortDigest } from '../../domain/text/digest.ts';
import { factualNotes } from '../changes/factual-notes.ts';
import type { IncludedSince } from '../changes/included.ts';
import { includedSince } from '../changes/included.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { pastOf } from '../records/past.ts';
import type { Change } from './change.ts';
import { describeChange } from './change.ts';
import { treeOf } from '../environments/trees.ts';

export interface DescribedBundle {
  readonly bundle: Bundle;
  readonly digest: string;
  /** What production runs now, where a rollback goes to; null where nothing was deployed yet. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
  /** Of the bundle's migrations, those that production's version does not have. */
  readonly newMigrations: readonly string[];
  /** The configuration as it is now, which the digest covers. */
  readonly config: ProductConfig;
  /** What was taken back before, and whether this version was released there; undefined in runs of before 0.4. */
  readonly past?: Past;
  /** Markdown: notes that count from what the environment runs, where the version's own do not. */
  readonly notes?: string;
}

/** Characters; approvers read the first of them, and a run keeps no more. */
const longestNotes = 20_000;

export interface BundleRequest {
  readonly environment: string;
  readonly version: string;
  readonly branch: string;
  /** By how much the version was raised, where this run raised it. */
  readonly bump?: string;
  /** Headers, for where what the environment runs is not part of the history. */
  readonly changes: readonly string[];
  readonly concerns: readonly string[];
  /** The tag of the version before. */
  readonly since?: string;
  /** The run has notes of its own, which count from there. */
  readonly hasNotes?: boolean;
}

/** The immutable description of what an approver is asked about (RW-8). */
export function bundleActivities(deps: Deps) {
  return {
    async describeBundle(ref: StepRef, request: BundleRequest): Promise<EffectOutcome<DescribedBundle>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async () => {
          const { product } = ref;
          const { environment: name, version, branch } = request;
          const change = await describeChange(
            deps,
            { product, environment: name, version, at: branch },
            context,
          );
          if (!change) return { ok: false, summary: `${product} has no ${name} environment any more` };
          const { config, environment, subject, previous, newMigrations } = change;
          const included = await includedBeyond(deps, change, request);
          const past = await pastOf(deps, config, { environment: name, version, running: previous?.version });
          // Made ready while people decide, so that nothing stands between their decision and its first effect.
          if (environment.database) await treeOf(deps, product, subject.commit, 'commands');
          const bundle: Bundle = {
            product,
            environment: name,
            version,
            previousVersion: previous?.version ?? null,
            scope: included?.lines ?? request.changes,
            ...(included ? { size: included.size } : {}),
            successCriteria: successCriteria(config, name, { beside: previous !== null }),
            risk: assessRisk({
              // What breaks something for those who use what the environment runs; before a first release, nobody uses anything.
              breaking: previous === null ? 0 : (included?.breaking ?? (request.bump === 'major' ? 1 : 0)),
              migrations: newMigrations,
              changes: included?.size.changes ?? request.changes.length,
              concerns: request.concerns,
              takenBack: past.takenBack.map((each) => takenBackText(each, name)),
              rewritten: included === undefined,
              unsaved: newMigrations.length > 0 && migratesUnsaved(environment.database),
              firstRelease: previous === null,
              ...(subject.dropped ? { dropped: subject.dropped } : {}),
            }),
            rollbackPlan: rollbackPlan({
              database: environment.database,
              previous: previous?.version,
              migrates: newMigrations.length > 0,
            }),
            ...subject,
          };
          const digest = bundleDigest(bundle);
          return {
            value: {
              bundle,
              digest,
              previous,
              newMigrations,
              config,
              past,
              ...(included && !toldByNotes(request, previous)
                ? { notes: notesSince(config, version, included, deps.clock.now()) }
                : {}),
            },
            ok: true,
            summary: `bundle ${shortDigest(digest)}: ${included ? `${count(included.size.changes, 'change')} in ${count(included.size.files, 'file')}` : 'changes unknown'}, risk ${bundle.risk.level}`,
          };
        }),
      );
    },
  };
}

/**
 * What lies beyond what the environment runs, whatever was tagged meanwhile; where it runs nothing yet, beyond the tag before.
 * undefined: main was rewritten, and what the environment runs is not part of it any more.
 */
function includedBeyond(
  deps: Deps,
  { source, config, previous, subject }: Change,
  { environment, since }: BundleRequest,
): Promise<IncludedSince | undefined> {
  return includedSince(deps, source, config, {
    from: previous?.commit ?? since,
    since: previous
      ? `v${previous.version}, which ${environment} runs`
      : since && `${since}; ${environment} runs nothing yet`,
    to: subject.commit,
  }).catch(() => undefined);
}

/** Whether notes that count from the tag before tell all that is new for the environment. */
const toldByNotes = ({ since, hasNotes }: BundleRequest, previous: Change['previous']): boolean =>
  hasNotes === true && (previous === null || (since !== undefined && versionIn(since) === previous.version));

/** Release notes that count from what the environment runs. */
function notesSince(config: ProductConfig, version: string, { read }: IncludedSince, now: number): string {
  const notes = factualNotes(config, { version, date: new Date(now).toISOString() }, read);
  return cutAtLine(notes, longestNotes, 'The rest is left out here.');
}
