import type { Changes } from '../../domain/changes/effective.ts';
import { changesOf, revertedElsewhere } from '../../domain/changes/effective.ts';
import type { DependencyChange } from '../../domain/changes/dependencies.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { SourceRef, SourceHistory } from '../ports/index.ts';
import { readDependencyChanges } from './read-dependencies.ts';

/** What a range of main's commits comes to, and which dependencies users get otherwise by it. */
export interface ReadChanges extends Changes {
  readonly dependencies: readonly DependencyChange[];
  /** All commits of the range, also those that tell nothing. */
  readonly total: number;
  /** The hash of the first of them. */
  readonly oldest: string | undefined;
}

/** No more hashes than this are looked for beyond the range. */
const lookedUp = 1_000;

/** Reads a range once, for whoever asks what is in it: version, changelog, notes, approvers. */
export async function readChanges(
  source: SourceHistory,
  ref: SourceRef,
  { since, until }: { readonly since?: string | undefined; readonly until: string },
  { release }: Pick<ProductConfig, 'release'>,
): Promise<ReadChanges> {
  const raw = await source.commits(ref, { until, ...(since === undefined ? {} : { since }) });
  const asked = since === undefined ? [] : revertedElsewhere(raw).slice(0, lookedUp);
  const released = new Set(
    since === undefined || asked.length === 0 ? [] : await source.within(ref, since, asked),
  );
  const dependencies = since === undefined ? [] : await readDependencyChanges(source, ref, since, until);
  return {
    ...changesOf(raw, { types: release?.types, released }),
    dependencies,
    total: raw.length,
    oldest: raw.at(-1)?.sha,
  };
}
