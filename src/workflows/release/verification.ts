import type { Candidate } from '../../domain/versions/candidate.ts';
import type { Readiness, ReleaseWish } from '../../activities/release/readiness.ts';
import type { CheckName, ProductConfig } from '../../domain/config/schema.ts';
import { releaseFlow } from '../../domain/release/flow.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { effects, quick } from '../run/effects.ts';
import { RunEnded } from '../run/interrupt.ts';
import { blocked } from '../run/blocked.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import { checkLines } from '../run/check-lines.ts';
import { verdict } from '../agents/verdict.ts';

/** What of a request decides on the version. */
function wishOf({ bump, version, preid, expected }: ReleaseInput): ReleaseWish {
  return {
    ...(bump === undefined ? {} : { bump }),
    ...(version === undefined ? {} : { version }),
    ...(preid === undefined ? {} : { preid }),
    ...(expected === undefined ? {} : { expected }),
  };
}

/** Step 1.1: Check Readiness. */
export async function checkReadiness(
  run: Run,
  config: ProductConfig,
  asked: ReleaseInput,
): Promise<Readiness> {
  const source = await runStep(run, 'readiness.source', (ref) => quick.checkReadiness(ref, wishOf(asked)));
  const readiness = source.value;
  if (!readiness) throw new RunEnded('blocked', blocked(run, [source.summary]));
  run.found({
    version: readiness.version || undefined,
    previousVersion: readiness.previousTag?.replace(/^.*?v?(?=\d+\.\d+\.\d+)/, ''),
    commit: readiness.commit,
  });
  for (const concern of readiness.concerns) run.concern(concern);
  const failed = await verify(run, config, { commit: readiness.commit, version: readiness.version });
  const blockers = [...readiness.blockers, ...failed, ...releaseFlow.needs(config, asked)];
  if (blockers.length > 0) throw new RunEnded('blocked', blocked(run, blockers));
  return readiness;
}

/** The checks of step 1.1 on a commit; gives what speaks against it. */
export async function verify(run: Run, config: ProductConfig, what: Checked): Promise<string[]> {
  const names = ['unit', 'integration', 'security', 'docs'] as const;
  return (await runChecks(run, config, names, 'readiness', what)).blockers;
}

interface Checked {
  readonly commit: string;
  readonly version: string;
}

/** Step 1.2: Full Regression, by the QA engineer. All must pass. Gives the evidence, with that of {@link verify}. */
export async function regression(
  run: Run,
  config: ProductConfig,
  { base: commit, version }: Candidate,
  changes: readonly string[],
): Promise<readonly string[]> {
  const names = ['e2e', 'smoke', 'performance'] as const;
  const { blockers, results } = await runChecks(run, config, names, 'regression', { commit, version });
  if (blockers.length > 0) throw new RunEnded('blocked', blocked(run, blockers));
  const evidence = [...checkLines(run, 'readiness.'), ...results];
  const qa = await verdict(
    run,
    config,
    {
      id: 'regression.qa',
      role: 'qa-engineer',
      task: `Regression of ${run.product} v${version}: may it go to staging?`,
      evidence: { checks: evidence, changes, concerns: run.concerns },
    },
    {
      ok: true,
      summary:
        evidence.length > 0
          ? `${evidence.length === 1 ? 'the one check' : `all ${evidence.length} checks`} passed`
          : 'no checks are configured: nothing was tested',
    },
  );
  if (!qa.ok) throw new RunEnded('blocked', blocked(run, [qa.summary]));
  return evidence;
}

/** Runs the configured ones of some checks, all of them, and says which failed. */
async function runChecks(
  run: Run,
  config: ProductConfig,
  names: readonly CheckName[],
  step: 'readiness' | 'regression',
  { commit, version }: Checked,
): Promise<{ blockers: string[]; results: string[] }> {
  const blockers: string[] = [];
  const results: string[] = [];
  for (const name of names) {
    if (!config.checks[name]) continue;
    const target = {
      product: run.product,
      environment: 'integration',
      version,
      commit,
      previousVersion: run.previousVersion,
    };
    const id = `${step}.${name}`;
    const outcome = await runStep(run, id, (ref) => effects.runCheck(ref, { suite: name, target }));
    const line = `${run.step(id).title}: ${outcome.summary}`;
    (outcome.ok ? results : blockers).push(line);
  }
  return { blockers, results };
}
