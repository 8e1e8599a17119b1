import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import type { Severity, SourceRef } from '../ports/index.ts';

export interface Released {
  readonly product: string;
  readonly version: string;
  readonly branch: string;
  /** The commit that production runs. */
  readonly commit: string;
  /** Names the run in trailers. */
  readonly run: string;
}

/** Step 3.3, each part of its own and safe to repeat (RW-11), and the issue after a rollback (RW-15). */
export function sourceActivities(deps: Deps) {
  const withSource = (
    ref: StepRef,
    product: string,
    work: (source: SourceRef) => Promise<EffectOutcome>,
  ): Promise<EffectOutcome> => {
    const context = effectContext(ref);
    return asOutcome(() => beating(context, async () => work((await deps.catalog.load(product)).source)));
  };

  return {
    mergeToMain(ref: StepRef, released: Released): Promise<EffectOutcome> {
      return withSource(ref, released.product, async (source) => {
        const { commit, merged } = await deps.source.mergeToMain(source, {
          branch: released.branch,
          commit: released.commit,
          message: `Merge ${released.branch}\n\nv${released.version} runs in production and holds there; main carries what production runs.`,
          run: released.run,
        });
        return {
          ok: true,
          summary: merged ? `merged as ${commit.slice(0, 10)}` : 'main has it already',
          facts: { commit },
        };
      });
    },

    tagRelease(ref: StepRef, released: Released): Promise<EffectOutcome> {
      return withSource(ref, released.product, async (source) => {
        const name = `v${released.version}`;
        const { created } = await deps.source.tag(source, {
          name,
          commit: released.commit,
          message: `${released.product} ${name}`,
        });
        return { ok: true, summary: created ? `tagged ${name}` : `${name} is there already` };
      });
    },

    deleteReleaseBranch(ref: StepRef, released: Released): Promise<EffectOutcome> {
      return withSource(ref, released.product, async (source) => {
        const { deleted, reason } = await deps.source.deleteBranch(source, {
          branch: released.branch,
          commit: released.commit,
        });
        return {
          ok: true,
          summary: deleted
            ? `deleted ${released.branch}`
            : `left ${released.branch}: ${reason ?? 'it is gone already'}`,
        };
      });
    },

    publishRelease(
      ref: StepRef,
      request: { config: ProductConfig; version: string; title: string; notes: string; prerelease: boolean },
    ): Promise<EffectOutcome<{ readonly url: string }>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async () => {
          const host = await deps.codeHost(request.config);
          const { url, created } = await host.publishRelease({
            tag: `v${request.version}`,
            name: `${request.title} v${request.version}`,
            notes: request.notes,
            prerelease: request.prerelease,
          });
          return {
            ok: true,
            summary: created ? `published at ${url}` : `is published already at ${url}`,
            value: { url },
          };
        }),
      );
    },

    openIssue(
      ref: StepRef,
      request: { config: ProductConfig; title: string; body: string; severity: Severity; key: string },
    ): Promise<EffectOutcome<{ readonly url: string }>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async () => {
          const host = await deps.codeHost(request.config);
          const { number, url } = await host.createIssue({
            title: request.title,
            body: request.body,
            labels: ['bug', 'release'],
            severity: request.severity,
            // The same issue however often the step is tried.
            key: request.key,
          });
          return { ok: true, summary: `issue #${number}: ${url}`, value: { url } };
        }),
      );
    },
  };
}
