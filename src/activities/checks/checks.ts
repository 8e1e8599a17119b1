import type { CheckConfig, CheckName } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen, frozenEnvironment, requireCheck, targetOf } from '../frozen.ts';
import type { CheckResult, EffectContext, Target } from '../ports/index.ts';
import { treeOf } from '../environments/trees.ts';

export interface CheckRequest {
  /** A check of the product, or the smoke tests of the target's environment. */
  readonly suite: CheckName | 'environment-smoke';
  readonly target: Target;
}

/** A check's counts as a run keeps them. */
export interface CheckCounts {
  readonly passed?: number;
  readonly total?: number;
}

/** Test suites, scans and smoke tests: the user's commands on a tree of the commit (RW-3, RW-6, RW-7, RW-10). */
export function checkActivities(deps: Deps) {
  return {
    async runCheck(ref: StepRef, { suite, target }: CheckRequest): Promise<EffectOutcome<CheckCounts>> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        if (suite !== 'environment-smoke') {
          const check = requireCheck(await frozen(deps, ref), suite);
          return runChecks(deps, { name: suite, checks: [check], target: targetOf(ref, target) }, context);
        }
        const { environment } = await frozenEnvironment(deps, ref, target);
        const name = `${target.environment} smoke`;
        return runChecks(
          deps,
          { name, checks: environment.smoke ?? [], target, url: environment.url },
          context,
        );
      });
    },
  };
}

/** Runs checks on a tree of the target's commit, one after the other up to the first that fails. */
export async function runChecks(
  deps: Deps,
  request: {
    readonly name: string;
    readonly checks: readonly CheckConfig[];
    readonly target: Target;
    /** What they find in `SLUICE_URL`. */
    readonly url?: string;
  },
  context: EffectContext,
): Promise<EffectOutcome<CheckCounts>> {
  const { name, checks, target, url } = request;
  const directory = await treeOf(deps, target.product, target.commit, 'checks');
  const env = url ? { SLUICE_URL: url } : undefined;
  const results: CheckResult[] = [];
  for (const [index, check] of checks.entries()) {
    const part = { ...context, key: `${context.key}/${index}` };
    results.push(await deps.tests.run({ check, name, directory, target, ...(env ? { env } : {}) }, part));
    if (!results.at(-1)?.ok) break;
  }
  return combine(results);
}

function combine(results: readonly CheckResult[]): EffectOutcome<CheckCounts> {
  const bad = results.find((result) => !result.ok);
  const shown = bad ?? results.at(-1);
  const sum = (pick: (result: CheckResult) => number | undefined): number | undefined =>
    results.every((result) => pick(result) === undefined)
      ? undefined
      : results.reduce((total, result) => total + (pick(result) ?? 0), 0);
  const passed = sum((result) => result.passed);
  const total = sum((result) => result.total);
  return {
    ok: bad === undefined,
    summary: shown?.summary ?? 'nothing to run',
    ...(shown ? { log: shown.logFile, tail: shown.tail } : {}),
    ...(bad?.unknown ? { unknown: true } : {}),
    value: { ...(passed === undefined ? {} : { passed }), ...(total === undefined ? {} : { total }) },
    ...(bad && bad.failures.length > 0 ? { facts: { failures: bad.failures.slice(0, 20) } } : {}),
  };
}
