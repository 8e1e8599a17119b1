import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { notesFile } from '../../domain/changes/notes-file.ts';
import { visible } from '../../domain/text/visible.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen } from '../frozen.ts';
import { foreignTo, isOn, ownBranch, trailerOf } from '../own-branch.ts';
import type { Severity, SourceRef } from '../ports/index.ts';
import { tagNameOf } from '../versions/version-tags.ts';

export interface Released {
  readonly version: string;
  readonly branch: string;
  /** The commit that production runs. */
  readonly commit: string;
}

export interface PublishRequest {
  readonly version: string;
  /** Markdown: all of them. Without, they are those of the notes file at `commit`. */
  readonly notes?: string;
  /** What was released. */
  readonly commit?: string;
  readonly prerelease: boolean;
}

export interface ReleaseLook {
  readonly part: 'merge' | 'tag';
  readonly released: Released;
}

export interface IssueRequest {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly severity: Severity;
}

/** Step 3.3, each part of its own and safe to repeat (RW-11), and the issue after a rollback (RW-15). */
export function sourceActivities(deps: Deps) {
  const withSource = (
    ref: StepRef,
    work: (source: SourceRef, trailer: string) => Promise<EffectOutcome>,
  ): Promise<EffectOutcome> => {
    const context = effectContext(ref);
    return asOutcome(() =>
      beating(context, async () =>
        work((await deps.catalog.load(ref.product)).source, trailerOf(context, ref)),
      ),
    );
  };

  return {
    mergeToMain(ref: StepRef, released: Released): Promise<EffectOutcome> {
      return withSource(ref, async (source, trailer) => {
        const branch = ownBranch(ref, released.branch, released.version);
        const foreign = await foreignTo(deps, source, branch, released.commit);
        if (foreign) return { ok: false, summary: `nothing was merged: ${foreign}` };
        const { commit, merged } = await deps.source.mergeToMain(source, {
          branch,
          commit: released.commit,
          message: `Merge ${released.branch}\n\nv${released.version} runs in production and holds there; main carries what production runs.`,
          run: trailer,
        });
        return {
          ok: true,
          summary: merged ? `merged as ${commit.slice(0, 10)}` : 'main has it already',
          facts: { commit },
        };
      });
    },

    tagRelease(ref: StepRef, released: Released): Promise<EffectOutcome> {
      return withSource(ref, async (source) => {
        const name = await tagNameOf(deps.source, source, await frozen(deps, ref), released.version);
        const branch = ownBranch(ref, released.branch, released.version);
        const foreign = await foreignTo(deps, source, branch, released.commit);
        if (foreign) return { ok: false, summary: `nothing was tagged: ${foreign}` };
        const { created } = await deps.source.tag(source, {
          name,
          commit: released.commit,
          message: `${ref.product} ${name}`,
        });
        return { ok: true, summary: created ? `tagged ${name}` : `${name} is there already` };
      });
    },

    /** Whether a person has really merged or tagged what runs; changes nothing. */
    lookAtRelease(ref: StepRef, { part, released }: ReleaseLook): Promise<EffectOutcome> {
      return withSource(ref, async (source) => {
        const short = released.commit.slice(0, 10);
        await deps.source.head(source);
        if (part === 'merge')
          return (await isOn(deps, source, released.commit, source.main))
            ? { ok: true, summary: `${source.main} has ${short}` }
            : { ok: false, summary: `${source.main} does not have ${short}` };
        const name = await tagNameOf(deps.source, source, await frozen(deps, ref), released.version);
        const tag = (await deps.source.tags(source)).find((each) => each.name === name);
        if (tag?.commit === released.commit) return { ok: true, summary: `${name} stands on ${short}` };
        return {
          ok: false,
          summary: tag
            ? `${name} stands on ${tag.commit.slice(0, 10)}, and production runs ${short}`
            : `there is no tag ${name}`,
        };
      });
    },

    deleteReleaseBranch(ref: StepRef, released: Released): Promise<EffectOutcome> {
      return withSource(ref, async (source) => {
        const { deleted, reason } = await deps.source.deleteBranch(source, {
          branch: ownBranch(ref, released.branch, released.version),
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

    publishRelease(ref: StepRef, request: PublishRequest): Promise<EffectOutcome<{ readonly url: string }>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async () => {
          const config = await frozen(deps, ref);
          const { source } = await deps.catalog.load(ref.product);
          const tag = await tagNameOf(deps.source, source, config, request.version);
          const file = notesFile(config, { tag, version: request.version });
          const notes =
            request.notes ?? (request.commit && (await deps.source.readFile(source, request.commit, file)));
          if (notes === undefined)
            return {
              ok: false,
              summary: `there are no notes to publish: ${file} is not in what was released`,
            };
          const host = await deps.codeHost(config);
          const { url, created } = await host.publishRelease({
            tag,
            name: `${config.title ?? config.product} v${request.version}`,
            notes,
            file,
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

    openIssue(ref: StepRef, request: IssueRequest): Promise<EffectOutcome<{ readonly url: string }>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async () => {
          const host = await deps.codeHost(await frozen(deps, ref));
          const { number, url } = await host.createIssue({
            title: visible(request.title),
            body: request.body,
            labels: ['bug', 'release'],
            severity: request.severity,
            // The same issue however often the step is tried; a version that was rolled back may be released again, under the same name.
            key: `${context.run}/${ref.run ?? ''}/${ref.step}`,
          });
          return { ok: true, summary: `issue #${number}: ${url}`, value: { url } };
        }),
      );
    },
  };
}
