import type { CheckConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import type { CheckResult, Target } from '../ports/index.ts';
import { treeOf } from '../environments/trees.ts';

/** A check's counts as a run keeps them. */
export interface CheckCounts {
  readonly passed?: number;
  readonly total?: number;
}

/** Test suites, scans and smoke tests: the user's commands on a tree of the commit (RW-3, RW-6, RW-7, RW-10). */
export function checkActivities(deps: Deps) {
  return {
    async runCheck(
      ref: StepRef,
      request: { name: string; checks: readonly CheckConfig[]; target: Target; url?: string },
    ): Promise<EffectOutcome<CheckCounts>> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const directory = await treeOf(deps, request.target.product, request.target.commit, 'checks');
        const env = request.url ? { SLUICE_URL: request.url } : undefined;
        const results: CheckResult[] = [];
        for (const [index, check] of request.checks.entries()) {
          const part = { ...context, key: `${context.key}/${index}` };
          results.push(
            await deps.tests.run(
              { check, name: request.name, directory, target: request.target, ...(env ? { env } : {}) },
              part,
            ),
          );
          if (!results.at(-1)?.ok) break;
        }
        return combine(results);
      });
    },
  };
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
