import path from 'node:path';
import { commitInVersion } from '../../domain/versions/commit-version.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import type { DeploymentHistoryRow } from '../../domain/records/records.ts';
import type { WayBack } from '../../domain/rollback/way-back.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen, requireEnvironment } from '../frozen.ts';
import type { Deployed, EffectContext, SourceRef } from '../ports/index.ts';
import { runningIn } from '../environments/running.ts';
import { migrationsAt } from '../gates/subject.ts';
import { tagNameOf } from '../versions/version-tags.ts';

export interface WayBackRequest {
  readonly environment: string;
  /** `previous`, or a version. */
  readonly version: string;
}

/** So many deployments are looked back at. */
const lookedBack = 200;

/** What runs, and what a rollback would go back to (SI-11, DW-9). Changes nothing. */
export function wayBackActivities(deps: Deps) {
  return {
    /** What an environment runs now; null where nothing does. */
    async whatRuns(
      ref: StepRef,
      { environment }: { readonly environment: string },
    ): Promise<EffectOutcome<Pick<Deployed, 'version' | 'commit'> | null>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async (inner) => {
          const config = await frozen(deps, ref);
          const { source } = await deps.catalog.load(ref.product);
          const running = await currentOf(deps, { config, environment }, source, inner);
          return {
            ok: true,
            summary: running ? `${environment} runs v${running.version}` : `${environment} runs nothing`,
            value: running ? { version: running.version, commit: running.commit } : null,
          };
        }),
      );
    },

    async findWayBack(ref: StepRef, request: WayBackRequest): Promise<EffectOutcome<WayBack>> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const config = await frozen(deps, ref);
        return beating(context, (inner) => wayBack(deps, { ...request, config }, inner));
      });
    },
  };
}

/** From what an environment runs to the version that it shall run again. */
export async function wayBack(
  deps: Deps,
  request: WayBackRequest & { readonly config: ProductConfig },
  context: EffectContext,
): Promise<EffectOutcome<WayBack>> {
  const { config, environment } = request;
  const { product } = config;
  const { source } = await deps.catalog.load(product);
  await deps.source.head(source);
  const current = await currentOf(deps, request, source, context);
  if (!current) return no(`${environment} runs nothing, so there is nothing to roll back`);
  const rows = await deps.ledger.deployments({ product, environment, limit: lookedBack });
  const version = wanted(request, current.version, rows);
  if (!version.ok) return no(version.reason);
  if (version.version === current.version) return no(`${environment} runs v${current.version} already`);
  const to = await released(deps, source, { config, version: version.version, environment, rows });
  if (!to.ok) return no(to.reason);
  const { commit } = to;
  const [now, then] = await Promise.all([
    migrationsAt(deps, { config, source }, environment, current.commit),
    migrationsAt(deps, { config, source }, environment, commit),
  ]);
  const migrations = now.filter((file) => !then.includes(file));
  const safe = requireEnvironment(config, environment).database?.undoSafe ?? [];
  return {
    ok: true,
    summary: `from v${current.version} back to v${version.version}${migrations.length > 0 ? `, ${migrations.length} migrations between them` : ''}`,
    value: {
      current: { version: current.version, commit: current.commit },
      to: { version: version.version, commit },
      migrations,
      unsafe: migrations.filter((file) => !safe.some((glob) => path.matchesGlob(file, glob))),
    },
  };
}

const no = (summary: string): EffectOutcome<never> => ({ ok: false, summary });

/**
 * The version that people mean; `previous` is the last one that held in this environment before the current one did, and was not taken back
 * since: a second rollback goes further back, and not to what the first one came from.
 */
function wanted(
  { environment, version }: WayBackRequest,
  current: string,
  rows: readonly DeploymentHistoryRow[],
): { readonly ok: true; readonly version: string } | { readonly ok: false; readonly reason: string } {
  if (version !== 'previous') return { ok: true, version: version.replace(/^v/, '') };
  // One that never took traffic says nothing about how the version did.
  const ends = rows.filter((row) => row.status !== 'Not promoted');
  const here = ends.findIndex((row) => row.version === current && row.status === 'Success');
  const held = ends
    .slice(here + 1)
    .find((row) => row.version !== current && lastEnd(ends, row.version) === 'Success');
  return held
    ? { ok: true, version: held.version }
    : {
        ok: false,
        reason: `the deployment history of ${environment} has no version before v${current}: say which one with --version`,
      };
}

/** How the newest deployment of a version ended. */
const lastEnd = (
  newestFirst: readonly { readonly version: string; readonly status: string }[],
  version: string,
): string | undefined => newestFirst.find((row) => row.version === version)?.status;

/** Where a version is in the repository: at its tag, or, for one of a blue/green deployment that was promoted here, where it says itself. */
async function released(
  deps: Deps,
  source: SourceRef,
  {
    config,
    version,
    environment,
    rows,
  }: {
    readonly config: ProductConfig;
    readonly version: string;
    readonly environment: string;
    readonly rows: readonly DeploymentHistoryRow[];
  },
): Promise<{ readonly ok: true; readonly commit: string } | { readonly ok: false; readonly reason: string }> {
  const tag = await tagNameOf(deps.source, source, config, version);
  if ((await deps.source.tags(source)).some(({ name }) => name === tag))
    return { ok: true, commit: await deps.source.resolve(source, tag) };
  const short = commitInVersion(version);
  if (short && rows.some((row) => row.version === version && row.status === 'Success')) {
    const commit = await deps.source.resolve(source, short);
    // A branch or tag may bear that name as well.
    if (commit.startsWith(short)) return { ok: true, commit };
  }
  return {
    ok: false,
    reason: `there is no tag ${tag}${short ? `, and the deployment history of ${environment} has no v${version} that was promoted` : ''}: a rollback goes to a version that was released`,
  };
}

/** @throws where the product has no such environment */
function currentOf(
  deps: Deps,
  { config, environment }: { readonly config: ProductConfig; readonly environment: string },
  source: SourceRef,
  context: EffectContext,
): Promise<Deployed | undefined> {
  requireEnvironment(config, environment);
  return runningIn(deps, { config, source, environment }, context);
}
