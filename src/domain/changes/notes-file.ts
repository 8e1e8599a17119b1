import type { ProductConfig } from '../config/schema.ts';

/** Beside the changelog, a file a version (requirements.md, "commit to release branch"). */
const usual = 'docs/releases/{tag}.md';

/** Where the notes of a version stand in its repository: the path of a file, for a version and the name of its tag. */
export const notesFile = (
  { release }: Pick<ProductConfig, 'release'>,
  { tag, version }: { readonly tag: string; readonly version: string },
): string =>
  (release?.notes ?? usual).replace(/\{(tag|version)\}/g, (_, name: string) =>
    name === 'tag' ? tag : version,
  );
