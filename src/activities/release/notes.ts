import { notesFile } from '../../domain/changes/notes-file.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { sameFacts } from '../../domain/release/same-facts.ts';
import type { StepRef } from '../../domain/run/effect-outcome.ts';
import type { Candidate } from '../../domain/versions/candidate.ts';
import { ask } from '../agents/ask.ts';
import type { Deps } from '../deps.ts';
import type { SourceRef } from '../ports/index.ts';
import { tagNameOf } from '../versions/version-tags.ts';

/** Notes of a version with where they come from. Markdown. */
export interface WrittenNotes {
  readonly notes: string;
  readonly concerns: readonly string[];
  readonly summary: string;
}

/** Where the notes of a version stand in the product's repository. */
export const notesFileOf = async (
  deps: Deps,
  source: SourceRef,
  config: ProductConfig,
  version: string,
): Promise<string> =>
  notesFile(config, { tag: await tagNameOf(deps.source, source, config, version), version });

/** Notes that people committed for this very version; undefined where there are none, or only what Sluice wrote itself. */
export async function notesOfPeople(
  deps: Deps,
  source: SourceRef,
  file: string,
  { base, written }: Pick<Candidate, 'base' | 'written'>,
): Promise<string | undefined> {
  const now = await deps.source.readFile(source, base, file);
  if (now === undefined || written === undefined) return now;
  return now === (await deps.source.readFile(source, written, file)) ? undefined : now;
}

/** The same notes in better prose where a technical writer is configured: a rewriting that changes facts is not taken. */
export async function improved(
  deps: Deps,
  config: ProductConfig,
  { version }: Candidate,
  { notes, changelog }: { readonly notes: string; readonly changelog: string },
  ref: StepRef,
): Promise<WrittenNotes> {
  const agent = config.agents['technical-writer'];
  const summary = `notes and changelog for v${version} written from the commits`;
  if (!agent?.command) return { notes, concerns: [], summary };
  const result = await ask(deps, ref, agent, {
    who: { role: 'technical-writer' },
    skill: 'technical-writer',
    task: 'Improve the prose of these release notes. Keep every fact, number, name and section as it is.',
    inputs: { version, notes, changelog },
  });
  const kept = (why: string): WrittenNotes => ({
    notes,
    concerns: [`the technical writer ${why}; the notes are as written from the commits`],
    summary,
  });
  if (result.status !== 'done' || !result.text) return kept(`did not deliver (${result.summary})`);
  const check = sameFacts(notes, result.text);
  if (!check.same) return kept(`changed facts (${check.differences.slice(0, 3).join('; ')})`);
  return { notes: result.text, concerns: [], summary: `${summary}, prose by the technical writer` };
}
