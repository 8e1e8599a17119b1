import type { EnvironmentConfig, ProductConfig } from '../../domain/config/schema.ts';
import { environmentOf } from '../../domain/environments/environment-of.ts';
import type { BundleSubject } from '../../domain/gates/bundle.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext, SourceRef } from '../ports/index.ts';
import { currentSubject, migrationsAt } from './subject.ts';

/** What people are asked about: what would go into an environment, beside what runs there. All of it as it is now. */
export interface Change {
  readonly config: ProductConfig;
  readonly source: SourceRef;
  readonly environment: EnvironmentConfig;
  readonly subject: BundleSubject;
  /** What runs there, where a rollback goes to; null where nothing was deployed yet. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
  /** Migrations that what runs there does not have. */
  readonly newMigrations: readonly string[];
}

export interface ChangeRequest {
  readonly product: string;
  /** By name. */
  readonly environment: string;
  readonly version: string;
  /** A branch, a tag or a commit. */
  readonly at: string;
}

/** Reads catalog, repository and environment afresh; undefined where the product has no such environment any more. */
export async function describeChange(
  deps: Deps,
  { product, environment: name, version, at }: ChangeRequest,
  context: EffectContext,
): Promise<Change | undefined> {
  const entry = await deps.catalog.load(product);
  const { config, source } = entry;
  const environment = environmentOf(config, name);
  if (!environment) return undefined;
  const subject = await currentSubject(deps, entry, name, at);
  const { commit } = subject;
  const target = { product, environment: name, version, commit, previousVersion: undefined };
  const running = await deps.driver(environment).current({ target, environment, source }, context);
  const before = running ? await migrationsAt(deps, entry, name, running.commit).catch(() => []) : [];
  return {
    config,
    source,
    environment,
    subject,
    previous: running ? { version: running.version, commit: running.commit } : null,
    newMigrations: subject.migrations.filter((file) => !before.includes(file)),
  };
}
