import type { ProductConfig } from '../../domain/config/schema.ts';
import { productionOf } from '../../domain/environments/purpose.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { asLook } from '../context.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext, SourceRef } from '../ports/index.ts';
import { runningIn } from '../environments/running.ts';
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
  const environment = productionOf(config);
  const look = asLook(context, `next/${context.attempt}`);
  // Where production can't be looked at now: before anything goes there, it is looked at again.
  const running = await runningIn(deps, { ...candidate, environment }, look).catch(() => undefined);
  const tagName = () => tagNameOf(deps.source, source, config, version);
  const instead = 'or ask for a higher version.';
  if (running?.version === version) {
    const name = await tagName();
    return `v${version} runs in production already${running.commit ? `, made from ${running.commit.slice(0, 10)}` : ''}, and has no tag: let the run that put it there finish, tag it (git tag ${name} ${running.commit.slice(0, 10) || '<commit>'} && git push origin ${name}), ${instead}`;
  }
  const rows = await deps.ledger.deployments({ product, environment, limit: lookedBack });
  const released = rows.find((row) => row.version === version && row.status === 'Success');
  if (!released) return undefined;
  return `v${version} was brought to production on ${released.at.slice(0, 10)} by ${released.run}, and has no tag: tag what it was made from as ${await tagName()}, ${instead}`;
}
