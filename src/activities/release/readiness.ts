import { ApplicationFailure } from '@temporalio/common';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { compareWithExpected } from '../../domain/release/expected.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { unreleasedWarnings } from '../../domain/release/unreleased-work.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen } from '../frozen.ts';
import type { EffectContext } from '../ports/index.ts';
import { CatalogProblem } from '../ports/index.ts';
import { nextRelease } from './next-release.ts';
import { surroundings } from './surroundings.ts';

/** Which version is wanted, and what somebody confirmed of it. */
export type ReleaseWish = Pick<ReleaseInput, 'bump' | 'version' | 'preid' | 'expected'>;

export interface Readiness {
  readonly commit: string;
  readonly version: string;
  readonly previousTag: string | null;
  readonly bump: string;
  readonly prerelease: boolean;
  readonly reasons: readonly string[];
  /** Headers of the commits, newest first; at most 200. */
  readonly changes: readonly string[];
  /** What speaks against releasing now, all of it (RW-2). */
  readonly blockers: readonly string[];
  /** What an approver should know. */
  readonly concerns: readonly string[];
}

/** Step 1.1: is everything merged, green, without critical or high bugs, and is the changelog current? */
export function readinessActivities(deps: Deps) {
  return {
    async checkReadiness(ref: StepRef, wish: ReleaseWish): Promise<EffectOutcome<Readiness>> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const config = await frozen(deps, ref);
        return beating(context, () => readiness(deps, config, wish, context));
      });
    },

    /** Where main stands now, for a retry after a fix. */
    async headOfMain(product: string): Promise<{ readonly commit: string; readonly subject: string }> {
      const { source } = await deps.catalog.load(product).catch((error: unknown) => {
        throw error instanceof CatalogProblem
          ? ApplicationFailure.nonRetryable(error.message, 'UnknownProduct')
          : error;
      });
      const { sha, subject } = await deps.source.head(source);
      return { commit: sha, subject };
    },
  };
}

async function readiness(
  deps: Deps,
  config: ProductConfig,
  input: ReleaseWish,
  context: EffectContext,
): Promise<EffectOutcome<Readiness>> {
  const { source } = await deps.catalog.load(config.product);
  const facts = await nextRelease(deps, config, input, context);
  const plan = facts.version;
  const confirmed = plan.ok
    ? compareWithExpected(input.expected, { version: plan.version, commit: facts.head.sha })
    : undefined;
  const blockers: string[] = plan.ok ? [] : plan.problems.map((problem) => problem.message);
  blockers.push(...(confirmed?.blockers ?? []));
  const around = await surroundings(deps, config, facts);
  blockers.push(...around.blockers);
  const concerns = [
    ...(plan.ok ? plan.warnings : []),
    ...around.concerns,
    ...(confirmed?.concerns ?? []),
    ...unreleasedWarnings(await deps.source.unreleasedWork(source)),
    ...missingChecks(config),
  ];
  const version = plan.ok ? plan.version : '';
  const readiness: Readiness = {
    commit: facts.head.sha,
    version,
    previousTag: facts.previous?.tag ?? null,
    bump: plan.ok ? plan.bump : '',
    prerelease: plan.ok && plan.prerelease,
    reasons: plan.ok ? plan.reasons : [],
    changes: facts.commits.slice(0, 200).map((commit) => commit.header),
    blockers,
    concerns,
  };
  return {
    ok: blockers.length === 0,
    summary:
      blockers.length === 0
        ? `ready: ${facts.commits.length === 1 ? '1 change makes' : `${facts.commits.length} changes make`} v${version} (${plan.ok ? plan.bump : ''})`
        : `not ready: ${blockers.length === 1 ? '1 blocker' : `${blockers.length} blockers`}`,
    value: readiness,
  };
}

/** A release without these is possible, but an approver should know that nobody looked. */
function missingChecks({ checks }: ProductConfig): string[] {
  const wanted = {
    unit: 'unit tests',
    e2e: 'an end-to-end suite',
    smoke: 'tests of its critical paths',
  } as const;
  return Object.entries(wanted)
    .filter(([name]) => checks[name as keyof typeof wanted] === undefined)
    .map(([, what]) => `the product has not configured ${what}`);
}
