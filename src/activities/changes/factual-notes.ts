import { buildReleaseNotes, renderReleaseNotes } from '../../domain/changes/notes.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { productTitle } from '../../domain/flows/preview.ts';
import type { Candidate } from '../../domain/versions/candidate.ts';
import type { ReadChanges } from './read-changes.ts';

/** Notes as the commits tell them. */
export function factualNotes(
  config: ProductConfig,
  candidate: Pick<Candidate, 'version' | 'date'>,
  changes: ReadChanges,
): string {
  return renderReleaseNotes(
    buildReleaseNotes({
      product: productTitle(config),
      version: candidate.version,
      date: candidate.date.slice(0, 10),
      commits: changes.commits,
      dependencies: changes.dependencies,
    }),
  );
}
