import type { Past } from '../../domain/records/past.ts';
import { count } from '../../domain/text/count.ts';
import type { BundleSize, BundleSubject } from '../../domain/gates/bundle.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { digestOf, shortDigest } from '../../domain/text/digest.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { includedSince } from '../changes/included.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { describeChange } from '../gates/change.ts';
import { pastOf } from '../records/past.ts';

/** What people are asked about at one of the two gates of a blue/green deployment. */
export interface DescribedGreen {
  readonly subject: BundleSubject;
  readonly digest: string;
  /** What serves now; null before the first deployment. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
  /** The commit that reviewers compare with: what serves, or the first commit of all. */
  readonly base: string;
  readonly newMigrations: readonly string[];
  /** What is new, a line a change: `Added: totals (#12)`; of each section the first ones. */
  readonly changes: readonly string[];
  /** How much that is; undefined in runs of before 0.4, as the past is. */
  readonly size?: BundleSize;
  readonly past?: Past;
  readonly config: ProductConfig;
}

export interface DescribeRequest {
  readonly environment: string;
  readonly gate: 'green' | 'production';
  readonly version: string;
  readonly commit: string;
}

export function describeActivities(deps: Deps) {
  return {
    async describeGreen(ref: StepRef, request: DescribeRequest): Promise<EffectOutcome<DescribedGreen>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async (inner) => {
          const { product } = ref;
          const { environment: name, version, commit, gate } = request;
          const change = await describeChange(
            deps,
            { product, environment: name, version, at: commit },
            inner,
          );
          if (!change) return { ok: false, summary: `${product} has no ${name} environment any more` };
          const { config, source, subject, previous, newMigrations } = change;
          const range = (from: string | undefined) =>
            includedSince(deps, source, config, {
              from,
              since: previous && from ? `v${previous.version}, which ${name} runs` : undefined,
              to: commit,
            });
          const included = await range(previous?.commit).catch(() => range(undefined));
          const past = await pastOf(deps, config, { environment: name, version, running: previous?.version });
          const { commits } = included.size;
          return {
            ok: true,
            summary: `${count(commits, 'new commit')} on top of ${previous ? `v${previous.version}` : 'nothing'}`,
            value: {
              subject,
              digest: digestOf({ gate, product, environment: name, version, previous, ...subject }),
              previous,
              base: previous?.commit ?? included.read.oldest ?? commit,
              newMigrations,
              changes: included.lines,
              size: included.size,
              past,
              config,
            },
            facts: { commit: shortDigest(commit) },
          };
        }),
      );
    },
  };
}
