import type { Included } from '../../domain/changes/included.ts';
import { includedIn } from '../../domain/changes/included.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { BundleSize } from '../../domain/gates/bundle.ts';
import type { Deps } from '../deps.ts';
import type { SourceRef } from '../ports/index.ts';
import type { ReadChanges } from './read-changes.ts';
import { readChanges } from './read-changes.ts';

export interface IncludedRange {
  /** The commit or the tag that it is counted from; undefined: from the first commit on. */
  readonly from: string | undefined;
  /** The same for people. */
  readonly since: string | undefined;
  /** A full hash. */
  readonly to: string;
}

export interface IncludedSince extends Pick<Included, 'lines' | 'breaking'> {
  readonly size: BundleSize;
  readonly read: ReadChanges;
}

/** What lies between what is there and what shall go there, as people are told it. Throws where git does not know a commit. */
export async function includedSince(
  deps: Pick<Deps, 'source'>,
  source: SourceRef,
  config: ProductConfig,
  { from, since, to }: IncludedRange,
): Promise<IncludedSince> {
  const read = await readChanges(deps.source, source, { since: from, until: to }, config);
  const files = await deps.source.changedFiles(source, from, to).catch(() => []);
  const { lines, breaking, size } = includedIn(read);
  return {
    lines,
    breaking,
    read,
    size: {
      ...size,
      files: files.length,
      ...(since === undefined ? {} : { since }),
      whole: wholeList(config, from, to),
    },
  };
}

/** Where all commits of a range are listed, whatever their number. */
function wholeList({ repository }: ProductConfig, from: string | undefined, to: string): readonly string[] {
  const [short, until] = [from === undefined ? undefined : shortOf(from), shortOf(to)];
  const command = `git log ${short === undefined ? until : `${short}..${until}`}`;
  const { codeHost } = repository;
  if (codeHost === 'local' || short === undefined) return [command];
  const { apiUrl, repository: name } = codeHost.github;
  const page = new URL(apiUrl);
  const host = page.host === 'api.github.com' ? 'https://github.com' : page.origin;
  return [command, `${host}/${name}/compare/${encodeURIComponent(short)}...${until}`];
}

const shortOf = (ref: string): string => (/^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 10) : ref);
