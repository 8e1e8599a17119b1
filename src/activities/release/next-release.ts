import type { ProductConfig } from '../../domain/config/schema.ts';
import { environmentOf } from '../../domain/environments/environment-of.ts';
import { productionOf } from '../../domain/environments/purpose.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { asLook } from '../context.ts';
import type { Deps } from '../deps.ts';
import type { Deployed, EffectContext, SourceRef } from '../ports/index.ts';
import { tagNameOf } from '../versions/version-tags.ts';
import type { ReleaseFacts } from './facts.ts';
import { readReleaseFacts } from './facts.ts';

/** So many deployments are looked back at. */
const lookedBack = 1_000;

/**
 * What the repository says about the next release, held against what production runs and the record knows: a version that is known there is never given to
 * another commit, whatever became of its tag. Reads only.
 */
export async function nextRelease(
  deps: Deps,
  config: ProductConfig,
  asked: Pick<ReleaseInput, 'bump' | 'version' | 'preid'>,
  context: EffectContext,
): Promise<ReleaseFacts> {
  const { source } = await deps.catalog.load(config.product);
  const facts = await readReleaseFacts(deps.source, source, asked, config);
  if (!facts.version.ok) return facts;
  const message = await whyTaken(deps, { config, source, version: facts.version.version }, context);
  return message === undefined
    ? facts
    : { ...facts, version: { ok: false, problems: [{ code: 'known', message }] } };
}

interface Candidate {
  readonly config: ProductConfig;
  readonly source: SourceRef;
  readonly version: string;
}

async function whyTaken(
  deps: Deps,
  candidate: Candidate,
  context: EffectContext,
): Promise<string | undefined> {
  const { config, source, version } = candidate;
  const { product } = config;
  const name = await tagNameOf(deps.source, source, config, version);
  const running = await runningIn(deps, candidate, context);
  const instead = 'or ask for a higher version.';
  if (running?.version === version)
    return `v${version} runs in production already${running.commit ? `, made from ${running.commit.slice(0, 10)}` : ''}, and has no tag: let the run that put it there finish, tag it (git tag ${name} ${running.commit.slice(0, 10) || '<commit>'} && git push origin ${name}), ${instead}`;
  const environment = productionOf(config);
  const rows = await deps.ledger.deployments({ product, environment, limit: lookedBack });
  const released = rows.find((row) => row.version === version && row.status === 'Success');
  if (!released) return undefined;
  return `v${version} was brought to production on ${released.at.slice(0, 10)} by ${released.run}, and has no tag: tag what it was made from as ${name}, ${instead}`;
}

/** Undefined also where production can't be looked at now: before anything goes there, it is looked at again. */
async function runningIn(
  deps: Deps,
  { config, source, version }: Candidate,
  context: EffectContext,
): Promise<Deployed | undefined> {
  const name = productionOf(config);
  const environment = environmentOf(config, name);
  if (!environment) return undefined;
  const target = {
    product: config.product,
    environment: name,
    version,
    commit: '',
    previousVersion: undefined,
  };
  return deps
    .driver(environment)
    .current({ target, environment, source }, asLook(context, `next/${context.attempt}`))
    .catch(() => undefined);
}
