import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '../../domain/agents/review.ts';
import { objectionsToFix } from '../../domain/agents/change.ts';
import { digestOf } from '../../domain/text/digest.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { environmentOf, frozen } from '../frozen.ts';
import { fixesBranchName, trailerOf } from '../own-branch.ts';
import type { SourceRef } from '../ports/index.ts';
import { placeOf } from './ask.ts';

export interface FixRequest {
  readonly environment: string;
  /** The commit that the driver was given. */
  readonly commit: string;
  readonly place: string;
  /** What the driver says it did: the commit's message. */
  readonly summary: string;
  readonly artifacts: readonly string[];
  /** What reviewers asked for. */
  readonly findings: readonly Finding[];
}

export interface Fixed {
  readonly commit: string;
  readonly files: readonly string[];
}

/** What a driver did is looked at by Sluice, and committed by Sluice. */
export function fixActivities(deps: Deps) {
  return {
    async commitFix(ref: StepRef, request: FixRequest): Promise<EffectOutcome<Fixed>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async () => {
          const { commit } = request;
          const branch = fixesBranchName(ref);
          const { product } = ref;
          const { environment: name } = request;
          const environment = environmentOf(await frozen(deps, ref), name);
          const { source } = await deps.catalog.load(product);
          const directory = placeOf(deps, product, context.run, ref, request.place);
          if (!existsSync(directory))
            return {
              ok: false,
              summary: `what the driver changed is not on this worker's host (${directory}): workers of activities have to share their data directory`,
            };
          const { tree, changed } = await deps.worktrees.snapshot(source, { commit, directory });
          const glob = environment.database?.migrations;
          const objections = objectionsToFix({
            changed,
            artifacts: request.artifacts,
            findings: request.findings,
            isMigration: (file) => glob !== undefined && path.matchesGlob(file, glob),
            changesScripts: await changesScripts(deps, source, commit, directory),
          });
          if (objections.length > 0)
            return { ok: false, summary: `the fix does not count: ${objections.join('; ')}` };
          const made = await deps.worktrees.publish(source, {
            tree,
            parent: commit,
            branch,
            message: messageOf(request.summary),
            run: trailerOf(context, ref),
          });
          const files = changed.map((file) => file.path).slice(0, 100);
          return {
            ok: true,
            summary: `${made.commit.slice(0, 10)} on ${branch}: ${files.slice(0, 5).join(', ')}${files.length > 5 ? ', …' : ''}`,
            value: { commit: made.commit, files },
          };
        }),
      );
    },
  };
}

/** What a check runs is often a script of package.json: to make it pass by changing that is no fix. */
async function changesScripts(
  deps: Deps,
  source: SourceRef,
  commit: string,
  directory: string,
): Promise<boolean> {
  const before = await deps.source.readFile(source, commit, 'package.json').catch(() => undefined);
  if (before === undefined) return false;
  const after = await readFile(path.join(directory, 'package.json'), 'utf8').catch(() => '');
  const scripts = scriptsOf(before);
  return scripts !== undefined && scripts !== scriptsOf(after);
}

function scriptsOf(text: string): string | undefined {
  try {
    return digestOf((JSON.parse(text) as { scripts?: unknown } | null)?.scripts ?? null);
  } catch {
    return undefined;
  }
}

/** The first sentence is the subject; all of it is the body. It closes no issue: that is for people's commits. */
function messageOf(summary: string): string {
  const text = summary.replace(/\s+/g, ' ').trim().replaceAll('#', 'no. ');
  const subject = text.length > 60 ? `${text.slice(0, 59).trimEnd()}…` : text;
  return `fix: ${subject}\n\n${text}\n\nFound and mended while it was put beside the version that serves.`;
}
