import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '../../domain/agents/answer.ts';
import { objectionsToChange } from '../../domain/agents/change.ts';
import { fixesBranchName } from '../../domain/agents/fixes-branch.ts';
import type { Skill, SkillName } from '../../domain/agents/skills.ts';
import { skillNamed } from '../../domain/agents/skills.ts';
import { digestOf } from '../../domain/text/digest.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen, requireEnvironment } from '../frozen.ts';
import { trailerOf } from '../own-branch.ts';
import type { SourceRef } from '../ports/index.ts';
import { workDirectory } from './work-directory.ts';

export interface ChangeRequest {
  /** Its migrations are those that count. */
  readonly environment: string;
  /** What the agent was asked for: it says what may be changed. */
  readonly skill: SkillName;
  /** The step that asked it: it worked there. */
  readonly asked: string;
  /** The commit that the agent was given. */
  readonly commit: string;
  /** What the agent says it did: the commit's message. */
  readonly summary: string;
  /** The last paragraph of the commit's message: how it came about. */
  readonly note: string;
  readonly artifacts: readonly string[];
  /** What reviewers asked for. */
  readonly findings: readonly Finding[];
}

export interface Committed {
  readonly commit: string;
  readonly files: readonly string[];
}

/** What an agent did is looked at by Sluice, and committed by Sluice. */
export function commitActivities(deps: Deps) {
  return {
    async commitChange(ref: StepRef, request: ChangeRequest): Promise<EffectOutcome<Committed>> {
      const context = effectContext(ref);
      return asOutcome(() =>
        beating(context, async () => {
          const { commit } = request;
          const { product } = ref;
          const branch = fixesBranchName(product, ref.run ?? '');
          const environment = requireEnvironment(await frozen(deps, ref), request.environment);
          const skill = skillNamed(request.skill);
          if (!skill) return { ok: false, summary: `nobody can be asked for "${request.skill}"` };
          const { source } = await deps.catalog.load(product);
          const directory = workDirectory(deps, context, { ...ref, step: request.asked });
          if (!existsSync(directory))
            return {
              ok: false,
              summary: `what the agent changed is not on this worker's host (${directory}): workers of activities have to share their data directory`,
            };
          const { tree, changed } = await deps.worktrees.snapshot(source, { commit, directory });
          const glob = environment.database?.migrations;
          const objections = objectionsToChange({
            mayTouch: skill.mayTouch,
            changed,
            artifacts: request.artifacts,
            findings: request.findings,
            isMigration: (file) => glob !== undefined && path.matchesGlob(file, glob),
            changesScripts: await changesScripts(deps, source, commit, directory),
          });
          if (objections.length > 0)
            return { ok: false, summary: `the change does not count: ${objections.join('; ')}` };
          const made = await deps.worktrees.publish(source, {
            tree,
            parent: commit,
            branch,
            message: messageOf(skill, request),
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
function messageOf({ commitsAs = 'chore' }: Skill, { summary, note }: ChangeRequest): string {
  const text = summary.replace(/\s+/g, ' ').trim().replaceAll('#', 'no. ');
  const subject = text.length > 60 ? `${text.slice(0, 59).trimEnd()}…` : text;
  return `${commitsAs}: ${subject}\n\n${text}\n\n${note}`;
}
