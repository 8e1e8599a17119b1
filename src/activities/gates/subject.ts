import type { BundleSubject } from '../../domain/gates/bundle.ts';
import type { Deps } from '../deps.ts';

/** What would be deployed if it were deployed now: to compare with what was approved. Throws where the branch is gone. */
export async function currentSubject(
  deps: Deps,
  product: string,
  environment: string,
  branch: string,
): Promise<BundleSubject> {
  const { config, digest, source } = await deps.catalog.load(product);
  // A fetch brings the branch as it is now; somebody may have pushed to it since.
  await deps.source.head(source);
  const now = await deps.source.resolve(source, branch);
  return {
    commit: now,
    // The commit is all that is known here: what a script builds from it has no digest that this could see (docs/limits.md).
    artifacts: [],
    migrations: await migrationsAt(deps, product, environment, now, config),
    configurationDigest: digest,
  };
}

/** The migrations that are in the tree of a commit, by the configured glob. */
export async function migrationsAt(
  deps: Deps,
  product: string,
  environment: string,
  commit: string,
  config: {
    environments: Readonly<Record<string, { database?: { migrations?: string | undefined } | undefined }>>;
  },
): Promise<string[]> {
  const glob = config.environments[environment]?.database?.migrations;
  if (!glob) return [];
  const { source } = await deps.catalog.load(product);
  return [...(await deps.source.listFiles(source, commit, glob))].sort();
}
