import { packageName } from '../../domain/changes/package-name.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { TagScheme } from '../../domain/versions/tag-prefix.ts';
import { findTagScheme } from '../../domain/versions/tag-prefix.ts';
import { tagFor, tagOf } from '../../domain/versions/tags.ts';
import type { SourceRef, SourceRepository } from '../ports/index.ts';

/** How the version tags of a product are called, of those that its repository has. */
export function tagScheme(
  tags: readonly { readonly name: string }[],
  { product, release }: Pick<ProductConfig, 'product' | 'release'>,
  packageText: string | undefined,
): TagScheme {
  const name = packageName(packageText);
  return findTagScheme(
    tags.map((tag) => tag.name),
    { configured: release?.tagPrefix, names: [product, ...(name === undefined ? [] : [name])] },
  );
}

/** The tag that stands for a version, or the name that its tag would have. Where it isn't plain how tags are called: `v` and the version. */
export async function tagNameOf(
  source: SourceRepository,
  ref: SourceRef,
  config: Pick<ProductConfig, 'product' | 'release'>,
  version: string,
): Promise<string> {
  const tags = await source.tags(ref);
  const scheme = tagScheme(tags, config, await source.readFile(ref, ref.main, 'package.json'));
  const prefix = scheme.ok ? scheme.prefix : '';
  const names = tags.map((tag) => tag.name);
  return tagOf(version, names, prefix) ?? tagFor(version, names, prefix);
}
