import type { AgentAnswer } from '../../domain/agents/answer.ts';
import { seriousOf } from '../../domain/agents/answer.ts';
import { agentNamed } from '../../domain/agents/configured.ts';
import type { AgentName } from '../../domain/agents/roles.ts';
import { calledBy, isAskedFor } from '../../domain/agents/roles.ts';
import type { Skill, SkillName } from '../../domain/agents/skills.ts';
import { skillNamed, skills, succeeded } from '../../domain/agents/skills.ts';
import type { AgentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozen } from '../frozen.ts';
import type { AgentResult } from '../ports/index.ts';
import { checkoutFor, emptyDirectory, removeWork } from './work-directory.ts';

export interface AgentQuestion {
  readonly who: AgentName;
  readonly skill: SkillName;
  readonly environment?: string;
  /** One sentence. */
  readonly task: string;
  /** The evidence that it works from: never a credential. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** It gets a checkout of this commit; an empty directory where it's left out. */
  readonly commit?: string;
}

/** What is kept of long answers: they go on into other tasks. */
const longest = { summary: 2_000, findings: 50, detail: 1_000, text: 20_000, artifacts: 200 };

/**
 * Agents at work. They get no credential beside those that their configuration lists (BY-9). They can object; they can't authorise, deploy
 * or roll back.
 */
export function askActivities(deps: Deps) {
  return {
    /** Whatever becomes of the agent is an answer: where there is none to rely on, its status is `failed`. */
    async askAgent(ref: StepRef, question: AgentQuestion): Promise<EffectOutcome<AgentAnswer>> {
      const skill = skillNamed(question.skill);
      if (!skill) return { ok: false, summary: `nobody can be asked for "${question.skill}"` };
      return asOutcome(async () => {
        const agent = agentNamed(await frozen(deps, ref), question.who);
        if (!agent?.command) return { ok: false, summary: 'no program is configured as that agent' };
        if (!isAskedFor(question.who, question.skill))
          return { ok: false, summary: `${calledBy(question.who)} is not asked for "${question.skill}"` };
        return outcomeOf(question, skill, await ask(deps, ref, agent, question));
      });
    },

    /** Removes what the agents of a run worked in. */
    async removeCheckouts(ref: StepRef): Promise<EffectOutcome> {
      return asOutcome(async () => {
        await removeWork(deps, effectContext(ref), ref);
        return { ok: true, summary: 'removed' };
      });
    },
  };
}

/** Has an agent that is a program do its task, in a directory of its own. */
export async function ask(
  deps: Deps,
  ref: StepRef,
  agent: AgentConfig,
  { who, skill: name, environment, task, inputs, commit }: AgentQuestion,
): Promise<AgentResult> {
  const context = effectContext(ref);
  const workDirectory =
    commit === undefined
      ? await emptyDirectory(deps, context, ref)
      : await checkoutFor(deps, context, ref, commit);
  return deps.agent(agent).run(
    {
      role: calledBy(who),
      skill: name,
      task,
      instructions: skills[name].instructions,
      product: ref.product,
      ...(environment === undefined ? {} : { environment }),
      inputs,
      workDirectory,
      resultSchema: 'AgentResult',
    },
    context,
  );
}

function outcomeOf({ who }: AgentQuestion, skill: Skill, result: AgentResult): EffectOutcome<AgentAnswer> {
  const isVerdict = skill.counts === 'verdict';
  const [worst] = isVerdict ? seriousOf(result.findings) : [];
  return {
    ok: succeeded(skill, result),
    summary: `${calledBy(who)}: ${result.summary}${worst ? ` – ${worst.title}` : ''}`.slice(0, 1_000),
    // Where the run rests on what it says, people have to say what nobody can know.
    ...(isVerdict && result.unknown ? { unknown: true } : {}),
    value: kept(result),
    facts: { status: result.status, cost: result.cost ?? 0 },
  };
}

function kept({ status, summary, findings, artifacts, verdict, cost, text }: AgentResult): AgentAnswer {
  return {
    status,
    summary: summary.slice(0, longest.summary),
    findings: findings.slice(0, longest.findings).map(({ detail, ...finding }) => ({
      ...finding,
      ...(detail === undefined ? {} : { detail: detail.slice(0, longest.detail) }),
    })),
    artifacts: artifacts.slice(0, longest.artifacts),
    ...(verdict ? { verdict } : {}),
    ...(cost === undefined ? {} : { cost }),
    ...(text === undefined ? {} : { text: text.slice(0, longest.text) }),
  };
}
