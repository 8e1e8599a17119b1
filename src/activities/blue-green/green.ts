import type { Suite } from '../../domain/blue-green/plan.ts';
import { checksOf } from '../../domain/blue-green/plan.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { closedIssues } from '../../domain/changes/commits.ts';
import { addressBeside, inNoSlot } from '../environments/address-beside.ts';
import type { CheckCounts } from '../checks/checks.ts';
import { runChecks } from '../checks/checks.ts';
import { asLook, beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen, frozenEnvironment, requireEnvironment } from '../frozen.ts';
import { trailerOf } from '../own-branch.ts';
import type { Target } from '../ports/index.ts';

export interface MergeRequest {
  readonly environment: string;
  readonly version: string;
  /** Where the commit was found, or the branch of the fixes. */
  readonly branch: string;
  readonly commit: string;
  /** What served before; everything since is new. */
  readonly since: string;
}

/** What is done with green itself. */
export function greenActivities(deps: Deps) {
  return {
    /** Runs checks that find green's own address in `SLUICE_URL`: users come in somewhere else. */
    async checkGreen(
      ref: StepRef,
      request: { readonly suite: Suite; readonly target: Target },
    ): Promise<EffectOutcome<CheckCounts>> {
      return asOutcome(async () => {
        const { suite } = request;
        const { config, environment, target } = await frozenEnvironment(deps, ref, request.target);
        const url = await addressBeside(deps, environment, target);
        if (url === undefined) return { ok: false, summary: inNoSlot(target) };
        const checks = checksOf(config, target.environment, suite);
        return runChecks(deps, { name: suite, checks, target, url }, effectContext(ref));
      });
    },

    /** Main gets what production runs. The merge says again which issues its commits fix, which closes them (BG-8). */
    async mergeGreen(
      ref: StepRef,
      request: MergeRequest,
    ): Promise<EffectOutcome<{ readonly issues: readonly number[] }>> {
      return asOutcome(() =>
        beating(effectContext(ref), async (context) => {
          const { source } = await deps.catalog.load(ref.product);
          const environment = requireEnvironment(await frozen(deps, ref), request.environment);
          const serving = await deps
            .driver(environment)
            .current(
              { target: targetOfMerge(ref, request), environment, source },
              asLook(context, 'serving'),
            );
          // Whoever asks can name any commit: what serves was approved.
          if (serving?.commit !== request.commit)
            return {
              ok: false,
              summary: `nothing was merged: ${request.environment} runs ${serving ? `v${serving.version} (${serving.commit.slice(0, 10)})` : 'nothing'}, and not ${request.commit.slice(0, 10)}`,
            };
          const commits = await deps.source.commits(source, {
            ...(request.since === request.commit ? {} : { since: request.since }),
            until: request.commit,
          });
          const issues = [
            ...new Set(commits.flatMap(({ subject, body }) => closedIssues(`${subject}\n\n${body}`))),
          ].slice(0, 100);
          const fixes = issues.map((issue) => `fixes #${issue}`).join('\n');
          const { commit, merged } = await deps.source.mergeToMain(source, {
            branch: request.branch,
            commit: request.commit,
            message: [
              `Merge ${request.branch}`,
              `v${request.version} was promoted and holds; main carries what ${request.environment} runs.`,
              ...(fixes ? [fixes] : []),
            ].join('\n\n'),
            run: trailerOf(context, ref),
          });
          const closed = issues.length > 0 ? `; closes ${issues.map((issue) => `#${issue}`).join(', ')}` : '';
          return {
            ok: true,
            summary: `${merged ? `merged as ${commit.slice(0, 10)}` : `${source.main} has it already`}${closed}`,
            value: { issues },
            facts: { commit },
          };
        }),
      );
    },
  };
}

function targetOfMerge({ product }: StepRef, { environment, version, commit }: MergeRequest): Target {
  return { product, environment, version, commit, previousVersion: undefined };
}
