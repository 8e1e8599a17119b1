import type { ProductConfig } from '../../domain/config/schema.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { coverage } from '../../domain/changes/coverage.ts';
import { readPackageVersion } from '../../domain/versions/package-version.ts';
import { previousRelease } from '../../domain/versions/request.ts';
import type { VersionPlan, VersionRefusal } from '../../domain/versions/version.ts';
import { decideVersion } from '../../domain/versions/version.ts';
import type { ReadChanges } from '../changes/read-changes.ts';
import { readChanges } from '../changes/read-changes.ts';
import type { Commit, SourceRef, SourceHistory } from '../ports/index.ts';
import { tagScheme } from '../versions/version-tags.ts';

/** What the repository says about the next release. Reads only. */
export interface ReleaseFacts extends ReadChanges {
  readonly head: Commit;
  /** The tag of the release before, and its version; undefined before the first. */
  readonly previous: { readonly tag: string; readonly version: string } | undefined;
  readonly version: VersionPlan | VersionRefusal;
}

export async function readReleaseFacts(
  source: SourceHistory,
  ref: SourceRef,
  input: Pick<ReleaseInput, 'bump' | 'version' | 'preid'>,
  config: Pick<ProductConfig, 'product' | 'release'>,
): Promise<ReleaseFacts> {
  const head = await source.head(ref);
  const tags = await source.tags(ref);
  const packageText = await source.readFile(ref, head.sha, 'package.json');
  const scheme = tagScheme(tags, config, packageText);
  const known = {
    tags: tags.map(({ name }) => name),
    elsewhere: tags.filter(({ onMain }) => !onMain).map(({ name }) => name),
    tagPrefix: scheme.ok ? scheme.prefix : undefined,
  };
  const previous = previousRelease(known);
  const changes = await readChanges(source, ref, { since: previous?.tag, until: head.sha }, config);
  if (!scheme.ok) {
    const problem = { code: 'unclear-tags', message: scheme.question } as const;
    return { ...changes, head, previous, version: { ok: false, problems: [problem] } };
  }
  const version = decideVersion({
    ...known,
    commits: changes.commits,
    dependencies: changes.dependencies,
    doubts: [...scheme.warnings, ...changes.doubts],
    packageVersion: readPackageVersion(packageText),
    bump: input.bump,
    version: input.version,
    preid: input.preid,
  });
  const covered = coverage(changes);
  if (!version.ok || covered === undefined) return { ...changes, head, previous, version };
  return { ...changes, head, previous, version: { ...version, reasons: [...version.reasons, covered] } };
}
