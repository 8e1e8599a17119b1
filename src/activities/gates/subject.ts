import type { BundleSubject } from '../../domain/gates/bundle.ts';
import { own } from '../../domain/text/own.ts';
import type { Deps } from '../deps.ts';
import type { CatalogEntry } from '../ports/index.ts';

/** What would be deployed if it were deployed now: to compare with what was approved. Throws where the branch is gone. */
export async function currentSubject(
  deps: Deps,
  { config, digest, source }: CatalogEntry,
  environment: string,
  branch: string,
): Promise<BundleSubject> {
  // A fetch brings the branch as it is now; somebody may have pushed to it since.
  await deps.source.head(source);
  const now = await deps.source.resolve(source, branch);
  const dropped = (await deps.source.dropped(source, now)).map(({ sha }) => sha);
  return {
    commit: now,
    // The commit is all that is known here: what a script builds from it has no digest that this could see (docs/limits.md).
    artifacts: [],
    migrations: await migrationsAt(deps, { config, source }, environment, now),
    configurationDigest: digest,
    ...(dropped.length > 0 ? { dropped: dropped.slice(0, 100) } : {}),
  };
}

/** The migrations that are in the tree of a commit, by the configured glob. */
export async function migrationsAt(
  deps: Deps,
  { config, source }: Pick<CatalogEntry, 'config' | 'source'>,
  environment: string,
  commit: string,
): Promise<string[]> {
  const glob = own(config.environments, environment)?.database?.migrations;
  if (!glob) return [];
  return [...(await deps.source.listFiles(source, commit, glob))].sort();
}
