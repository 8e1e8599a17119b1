import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AgentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import type { AgentResult } from '../ports/agents.ts';

export interface AgentQuestion {
  /** Such as `driver`, or `trio security`. */
  readonly role: string;
  readonly phase: 'fix' | 'consult' | 'review' | 'synthesize';
  readonly agent: AgentConfig;
  readonly product: string;
  readonly environment: string;
  readonly task: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** It gets a checkout of this commit. */
  readonly commit: string;
  /** Names the checkout among those of the run. */
  readonly place: string;
}

export type AgentAnswer = Pick<
  AgentResult,
  'status' | 'summary' | 'findings' | 'artifacts' | 'verdict' | 'cost' | 'text'
>;

const instructions: Readonly<Record<AgentQuestion['phase'], string>> = {
  fix: 'Find the cause of inputs.problem and change files in the work directory so that it is gone; follow inputs.advice where it is good. Do not commit and do not touch tests, unless a finding asks for it. Name the changed files as artifacts. Where you find no fix, undo your changes and set status to stuck.',
  consult:
    'Advise the driver: say in "text" what to change for inputs.problem, and do not repeat inputs.advice. Change no files. Where you have no advice, set status to stuck.',
  review:
    'Review what is new between inputs.base and inputs.head against inputs.requirements and inputs.testResults: quality, requirements, security, performance. Report findings with their severity; set verdict to approve or reject. Change no files.',
  synthesize:
    'Make one review of inputs.reviews: each finding once, the worst first; set verdict to approve or reject. Change no files.',
};

/** What is kept of long answers: they go on into other tasks. */
const longest = { findings: 50, detail: 1_000, text: 20_000, artifacts: 200 };

/** Agents at work in checkouts of their own. They get no credential beside those that their configuration lists (BY-9). */
export function askActivities(deps: Deps) {
  return {
    /** Whatever becomes of the agent is an answer: where there is none to rely on, its status is `failed`. */
    async askAgent(ref: StepRef, question: AgentQuestion): Promise<EffectOutcome<AgentAnswer>> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const workDirectory = placeOf(deps, question.product, context.run, ref, question.place);
        await beating(context, () => prepare(deps, question, workDirectory, context.key));
        const result = await deps.agent(question.agent).run(
          {
            role: question.role,
            task: question.task,
            instructions: instructions[question.phase],
            product: question.product,
            environment: question.environment,
            inputs: { phase: question.phase, ...question.inputs },
            workDirectory,
            resultSchema: 'AgentResult',
          },
          context,
        );
        return {
          ok: result.status === 'done',
          summary: `${question.role}: ${result.summary}`.slice(0, 1_000),
          value: kept(result),
          facts: { status: result.status, cost: result.cost ?? 0 },
        };
      });
    },

    /** Removes the checkouts of a run. */
    async removeCheckouts(ref: StepRef, product: string): Promise<EffectOutcome> {
      const directory = path.dirname(placeOf(deps, product, effectContext(ref).run, ref, 'any'));
      return asOutcome(async () => {
        await rm(directory, { recursive: true, force: true, maxRetries: 3 });
        return { ok: true, summary: 'removed' };
      });
    },
  };
}

export function placeOf(
  deps: Pick<Deps, 'directory'>,
  product: string,
  run: string,
  ref: StepRef,
  place: string,
): string {
  const name = createHash('sha256')
    .update(`${run}/${ref.run ?? ''}`)
    .digest('hex')
    .slice(0, 16);
  return path.join(deps.directory, 'agents', product, 'blue-green', name, place.replace(/[^\w-]+/g, '-'));
}

/** Once for each effect: an agent that outlived its worker is found at work, not with its files swept away. */
async function prepare(
  deps: Deps,
  { product, commit }: AgentQuestion,
  directory: string,
  key: string,
): Promise<void> {
  const mark = `${directory}.key`;
  if ((await readFile(mark, 'utf8').catch(() => '')) === key) return;
  await mkdir(path.dirname(directory), { recursive: true });
  const { source } = await deps.catalog.load(product);
  await deps.worktrees.checkout(source, { commit, directory });
  await writeFile(mark, key);
}

function kept({ status, summary, findings, artifacts, verdict, cost, text }: AgentResult): AgentAnswer {
  return {
    status,
    summary: summary.slice(0, 2_000),
    findings: findings
      .slice(0, longest.findings)
      .map((finding) => ({ ...finding, detail: finding.detail.slice(0, longest.detail) })),
    artifacts: artifacts.slice(0, longest.artifacts),
    ...(verdict ? { verdict } : {}),
    ...(cost === undefined ? {} : { cost }),
    ...(text === undefined ? {} : { text: text.slice(0, longest.text) }),
  };
}
