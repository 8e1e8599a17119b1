import type { BundleSubject } from '../../domain/gates/bundle.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { digestOf, shortDigest } from '../../domain/text/digest.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { describeChange } from '../gates/change.ts';

/** What people are asked about at one of the two gates of a blue/green deployment. */
export interface DescribedGreen {
  readonly subject: BundleSubject;
  readonly digest: string;
  /** What serves now; null before the first deployment. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
  /** The commit that reviewers compare with: what serves, or the first commit of all. */
  readonly base: string;
  readonly newMigrations: readonly string[];
  /** Headers of the commits that are new, newest first; at most 100. */
  readonly changes: readonly string[];
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
          const since = previous ? { since: previous.commit } : {};
          const commits = await deps.source
            .commits(source, { ...since, until: commit })
            .catch(() => deps.source.commits(source, { until: commit }));
          return {
            ok: true,
            summary: `${commits.length} new commits on top of ${previous ? `v${previous.version}` : 'nothing'}`,
            value: {
              subject,
              digest: digestOf({ gate, product, environment: name, version, previous, ...subject }),
              previous,
              base: previous?.commit ?? commits.at(-1)?.sha ?? commit,
              newMigrations,
              changes: commits.slice(0, 100).map(({ subject: header }) => header),
              config,
            },
            facts: { commit: shortDigest(commit) },
          };
        }),
      );
    },
  };
}
