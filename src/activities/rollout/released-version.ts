import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import type { Found } from '../../domain/flows/facts.ts';
import { tagFor, tagOf, versionTags } from '../../domain/versions/tags.ts';
import { isLower } from '../../domain/versions/version.ts';
import { count as told } from '../../domain/text/count.ts';
import { readChanges } from '../changes/read-changes.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { tagScheme } from '../versions/version-tags.ts';
import type { Candidate } from '../../domain/versions/candidate.ts';

/** A version that was released, by its tag. */
export interface ReleasedVersion {
  readonly candidate: Candidate;
  readonly tag: string;
  readonly commit: string;
  /** Headers of the commits that count since the tag before it, newest first; at most 200. */
  readonly changes: readonly string[];
}

/** What a rollout outside a release takes to production: a tag, and never anything that has none. */
export function releasedVersionActivities(deps: Deps) {
  return {
    async findReleased(
      ref: StepRef,
      request: { readonly version?: string; readonly date: string },
    ): Promise<EffectOutcome<ReleasedVersion>> {
      return asOutcome(() =>
        beating(effectContext(ref), async () => {
          const { product } = ref;
          const found = await findReleasedVersion(deps, product, request.version);
          if (!found.ok) return { ok: false, summary: found.reason };
          const { version, tag, commit, previousTag, changes, count } = found.value;
          return {
            ok: true,
            summary: `v${version} is ${commit.slice(0, 10)}, ${told(count, 'change')} since ${previousTag ?? 'the beginning'}`,
            value: {
              candidate: { product, version, base: commit, previousTag, date: request.date },
              tag,
              commit,
              changes,
            },
          };
        }),
      );
    },
  };
}

/** A version that has a tag, and what is in it; the highest one where none is named. */
export async function findReleasedVersion(
  deps: Pick<Deps, 'catalog' | 'source'>,
  product: string,
  wanted: string | undefined,
): Promise<
  Found<
    Pick<ReleasedVersion, 'tag' | 'commit' | 'changes'> & {
      readonly version: string;
      readonly previousTag: string | null;
      /** How many there are. */
      readonly count: number;
    }
  >
> {
  const { source, config } = await deps.catalog.load(product);
  await deps.source.head(source);
  const tags = await deps.source.tags(source);
  const names = tags.map(({ name }) => name);
  const scheme = tagScheme(tags, config, await deps.source.readFile(source, source.main, 'package.json'));
  if (!scheme.ok) return { ok: false, reason: scheme.question };
  const versions = [...new Set(versionTags(names, scheme.prefix).map((tag) => tag.version.version))].sort(
    (a, b) => (isLower(a, b) ? -1 : 1),
  );
  const nameOf = (known: string) => tagOf(known, names, scheme.prefix) ?? tagFor(known, names, scheme.prefix);
  const version = wanted?.replace(/^v/, '') ?? versions.at(-1);
  const at = version === undefined ? -1 : versions.indexOf(version);
  if (version === undefined || at === -1) {
    const known = versions.slice(-5).reverse().join(', ');
    const why = version === undefined ? '' : `there is no tag ${nameOf(version)} to roll out; `;
    const there = known === '' ? 'no version was released before' : `the last versions are ${known}`;
    return { ok: false, reason: `${why}${there}. sluice start release makes a new one` };
  }
  const tag = nameOf(version);
  const before = versions[at - 1];
  const previousTag = before === undefined ? null : nameOf(before);
  const commit = await deps.source.resolve(source, tag);
  const range = { since: previousTag ?? undefined, until: tag };
  const { commits } = await readChanges(deps.source, source, range, config);
  const changes = commits.slice(0, 200).map(({ header }) => header);
  return { ok: true, value: { version, tag, commit, previousTag, changes, count: commits.length } };
}
