import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { missingConfiguration } from '../../domain/blue-green/needs.ts';
import { greenVersion } from '../../domain/versions/commit-version.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import type { SourceRef } from '../ports/index.ts';
import { SourceProblem } from '../ports/index.ts';

/** What is there to be deployed, and what is missing of it (BG-1). */
export interface Inputs {
  /** Empty where the code can't be found. */
  readonly commit: string;
  /** Says which commit it is: `1.2.0-g3f2abc12`. */
  readonly version: string;
  /** Of package.json, or 0.0.0. */
  readonly baseVersion: string;
  /** One sentence each; nothing is missing where there are none. */
  readonly missing: readonly string[];
}

export function inputActivities(deps: Deps) {
  return {
    async checkInputs(ref: StepRef, request: { readonly ref?: string }): Promise<EffectOutcome<Inputs>> {
      return asOutcome(() =>
        beating(effectContext(ref), async () => {
          const inputs = await lookAtInputs(deps, { product: ref.product, ...request });
          const { commit, missing } = inputs;
          return {
            ok: missing.length === 0,
            summary:
              missing.length === 0
                ? `all inputs are there, at ${commit.slice(0, 10)}`
                : `missing: ${missing.join('; ')}`,
            value: inputs,
          };
        }),
      );
    },
  };
}

/** Everything is looked at, so that all that is missing is said at once. */
export async function lookAtInputs(
  deps: Pick<Deps, 'catalog' | 'source'>,
  { product, ref }: { readonly product: string; readonly ref?: string },
): Promise<Inputs> {
  const { config, source } = await deps.catalog.load(product);
  const missing = missingConfiguration(config);
  const wanted = ref ?? source.main;
  await deps.source.head(source);
  const commit = await deps.source.resolve(source, wanted).catch((error: unknown) => {
    if (!(error instanceof SourceProblem) || error.kind === 'unreachable') throw error;
    missing.unshift(`code: ${error.message}`);
    return '';
  });
  const files = commit === '' ? [] : await missingFiles(deps, config, source, commit);
  const baseVersion = commit === '' ? '0.0.0' : await packageVersion(deps, source, commit);
  return {
    commit,
    baseVersion,
    version: commit === '' ? '' : greenVersion(baseVersion, commit),
    missing: [...missing, ...files],
  };
}

async function missingFiles(
  deps: Pick<Deps, 'source'>,
  { blueGreen }: ProductConfig,
  source: SourceRef,
  commit: string,
): Promise<string[]> {
  if (!blueGreen) return [];
  const { requirements, infrastructure, rollbackPlan } = blueGreen;
  const plan = rollbackPlan && looksLikePath(rollbackPlan) ? [rollbackPlan] : [];
  const wanted = [
    ...(requirements ? [['requirements', requirements] as const] : []),
    ...infrastructure.map((file) => ['infrastructure', file] as const),
    ...plan.map((file) => ['rollback plan', file] as const),
  ];
  const problems = await Promise.all(
    wanted.map(async ([what, file]) => {
      const text = await deps.source.readFile(source, commit, file).catch((error: unknown) => {
        if (error instanceof SourceProblem && error.kind === 'not-text') return error;
        throw error;
      });
      if (text instanceof SourceProblem) return `${what}: ${text.message}`;
      if (text === undefined) return `${what}: ${file} is not there at ${commit.slice(0, 10)}`;
      return text.trim() === '' ? `${what}: ${file} is empty` : undefined;
    }),
  );
  return problems.filter((problem) => problem !== undefined);
}

/** A plan that is written down on the spot has words in it. */
function looksLikePath(text: string): boolean {
  return !/\s/.test(text);
}

async function packageVersion(
  deps: Pick<Deps, 'source'>,
  source: SourceRef,
  commit: string,
): Promise<string> {
  const text = await deps.source.readFile(source, commit, 'package.json').catch(() => undefined);
  try {
    const { version } = JSON.parse(text ?? '{}') as { version?: unknown };
    if (typeof version === 'string' && /^\d+\.\d+\.\d+$/.test(version)) return version;
  } catch {
    // What the checks run will say so.
  }
  return '0.0.0';
}
