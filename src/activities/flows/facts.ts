import type { ProductConfig } from '../../domain/config/schema.ts';
import { productionOf } from '../../domain/environments/purpose.ts';
import { environmentOf } from '../../domain/environments/environment-of.ts';
import type { AskedFor, FactKind, FactsOf } from '../../domain/flows/facts.ts';
import { versionIn } from '../../domain/versions/tags.ts';
import { unreleasedWarnings } from '../../domain/release/unreleased-work.ts';
import { lookAtInputs } from '../blue-green/inputs.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext } from '../ports/index.ts';
import { CodeHostProblem } from '../ports/index.ts';
import type { ReleaseFacts } from '../release/facts.ts';
import type { Surroundings } from '../release/surroundings.ts';
import { surroundings } from '../release/surroundings.ts';
import { nextRelease } from '../release/next-release.ts';
import { wayBack } from '../rollback/way-back.ts';
import { changesToward } from '../changes/toward.ts';
import { findReleasedVersion } from '../rollout/released-version.ts';

/** Finds out what one kind of facts is made of. Reads only. */
type Gatherer<K extends FactKind> = (
  deps: Deps,
  config: ProductConfig,
  asked: AskedFor<K>,
  context: EffectContext,
) => Promise<FactsOf<K>>;

/** What a preview may be made of, by the kind that its flow names. */
export const gatherers: { readonly [K in FactKind]: Gatherer<K> } = {
  nothing: () => Promise.resolve({}),

  commit: async (deps, { product }, { ref }) => {
    const { source } = await deps.catalog.load(product);
    const { sha } = await deps.source.head(source);
    return { commit: ref === undefined ? sha : await deps.source.resolve(source, ref) };
  },

  'next-release': async (deps, config, asked, context) => {
    const { source } = await deps.catalog.load(config.product);
    const facts = await nextRelease(deps, config, asked, context);
    const { version, head, previous } = facts;
    const { blockers, concerns } = await around(deps, config, facts);
    const toward = {
      environment: productionOf(config),
      version: version.ok ? version.version : '',
      commit: head.sha,
      tag: previous?.tag,
    };
    return {
      version,
      commit: head.sha,
      coming: version.ok ? await changesToward(deps, { config, source }, toward, context) : undefined,
      blockers,
      concerns,
      unreleased: unreleasedWarnings(await deps.source.unreleasedWork(source)),
    };
  },

  'released-version': async (deps, config, asked, context) => {
    const found = await findReleasedVersion(deps, config.product, asked.version);
    if (!found.ok) return found;
    const { version, commit, previousTag } = found.value;
    const { source } = await deps.catalog.load(config.product);
    const environment = productionOf(config);
    const toward = { environment, version, commit, tag: previousTag ?? undefined };
    return {
      ok: true,
      value: {
        version,
        commit,
        previousVersion: previousTag === null ? null : versionIn(previousTag),
        coming: await changesToward(deps, { config, source }, toward, context),
      },
    };
  },

  'green-inputs': (deps, { product }, { ref }) =>
    lookAtInputs(deps, { product, ...(ref === undefined ? {} : { ref }) }),

  'way-back': async (deps, config, asked, context) => {
    if (!environmentOf(config, asked.environment))
      return { ok: false, reason: `there is no environment "${asked.environment}"` };
    const { value, summary } = await wayBack(deps, { ...asked, config }, context);
    return value ? { ok: true, value } : { ok: false, reason: summary };
  },
};

/** A preview is shown all the same where the code host can't be asked now. */
async function around(deps: Deps, config: ProductConfig, facts: ReleaseFacts): Promise<Surroundings> {
  try {
    return await surroundings(deps, config, facts);
  } catch (error) {
    if (!(error instanceof CodeHostProblem)) throw error;
    return {
      blockers: [],
      concerns: [`what stands on the code host could not be looked at: ${error.message}`],
    };
  }
}
