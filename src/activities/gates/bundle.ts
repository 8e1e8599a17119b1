import type { Bundle } from '../../domain/gates/bundle.ts';
import { assessRisk, bundleDigest } from '../../domain/gates/bundle.ts';
import type { EnvironmentConfig, ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { shortDigest } from '../../domain/text/digest.ts';
import { formatDuration } from '../../domain/text/time.ts';
import { readChanges } from '../changes/read-changes.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import type { SourceRef } from '../ports/index.ts';
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
}

export interface BundleRequest {
  readonly environment: string;
  readonly version: string;
  readonly branch: string;
  /** By how much the version was raised, where this run raised it. */
  readonly bump?: string;
  readonly changes: readonly string[];
  readonly concerns: readonly string[];
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
          const { config, source, environment, subject, previous, newMigrations } = change;
          const files = await deps.source
            .changedFiles(source, previous?.commit, subject.commit)
            .catch(() => []);
          const breaking = previous
            ? await breakingSince(deps, source, config, previous.commit, subject.commit).catch(
                // Main was rewritten, and what the environment runs is not part of it any more.
                () => (request.bump === 'major' ? 1 : 0),
              )
            : 0;
          // Made ready while people decide, so that nothing stands between their decision and its first effect.
          if (environment.database) await treeOf(deps, product, subject.commit, 'commands');
          const bundle: Bundle = {
            product,
            environment: name,
            version,
            previousVersion: previous?.version ?? null,
            scope: request.changes,
            successCriteria: successCriteria(name, environment),
            risk: assessRisk({
              breaking,
              migrations: newMigrations,
              changes: request.changes.length,
              concerns: request.concerns,
              firstRelease: previous === null,
              ...(subject.dropped ? { dropped: subject.dropped } : {}),
            }),
            rollbackPlan: rollbackPlan(environment, previous?.version, newMigrations.length > 0),
            ...subject,
          };
          const digest = bundleDigest(bundle);
          return {
            value: { bundle, digest, previous, newMigrations, config },
            ok: true,
            summary: `bundle ${shortDigest(digest)}: ${request.changes.length} changes in ${files.length} files, risk ${bundle.risk.level}`,
          };
        }),
      );
    },
  };
}

/** What breaks something for those who use what the environment runs; before a first release, nobody uses anything. */
async function breakingSince(
  deps: Deps,
  source: SourceRef,
  config: ProductConfig,
  since: string,
  until: string,
): Promise<number> {
  const { commits } = await readChanges(deps.source, source, { since, until }, config);
  return commits.flatMap(({ breaking }) => breaking).length;
}

function successCriteria(name: string, { monitor, health, smoke }: EnvironmentConfig): string[] {
  return [
    `healthy at ${health.path}`,
    ...(smoke ? [`smoke tests pass in ${name}`] : []),
    `for ${formatDuration(monitor.for)}: error rate at most ${(monitor.maxErrorRate * 100).toFixed(1)} %, latency at most ${monitor.maxLatencyRatio} × the baseline`,
  ];
}

function rollbackPlan(
  { database }: EnvironmentConfig,
  previous: string | undefined,
  migrates: boolean,
): string[] {
  const restore = {
    ask: 'a person is asked whether the backup is restored',
    'if-migrated': 'the backup is restored if migrations ran',
    never: 'the database is left as it is',
  };
  return [
    previous
      ? `traffic goes back to v${previous}, which is verified`
      : 'there is no earlier version: the new one is taken out of service',
    ...(database ? [restore[database.restoreOnRollback]] : []),
    ...(migrates && !database?.migrate ? ['the migrations are not run by this flow'] : []),
  ];
}
