import type { AgentAnswer } from '../../domain/agents/answer.ts';
import type { PersonsChoice, Skill } from '../../domain/agents/skills.ts';
import { skills, succeeded } from '../../domain/agents/skills.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { resolvePeople } from '../../domain/gates/gate.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { passGate } from '../gates/gates.ts';
import type { Run } from '../run/run.ts';
import type { AgentTask } from './task.ts';

/** A person does it in an agent's place: the answer is a choice and a comment at a gate. */
export async function askPerson(
  run: Run,
  config: ProductConfig,
  { id, skill: name, task, details }: Pick<AgentTask, 'id' | 'skill' | 'task' | 'details'>,
  who: readonly string[],
): Promise<EffectOutcome<AgentAnswer>> {
  const skill: Skill = skills[name];
  run.awaitsPeople(id);
  const end = await passGate(run, {
    id,
    kind: 'task',
    statement: task,
    details: details(),
    who: resolvePeople(who, config.people.groups),
    choices: skill.choices.map((choice) => ({ id: choice.id, title: choice.title })),
  });
  const chosen = skill.choices.find((choice) => end.action === 'decided' && choice.id === end.choice);
  if (end.action === 'expired' || !chosen) return { ok: false, summary: end.reason };
  const value = answerOf(chosen, end);
  const ok = succeeded(skill, value);
  const signed = `${ok ? 'signed off' : 'objected to'} by ${end.by.join(', ')}${end.comment ? `: ${end.comment}` : ''}`;
  return { ok, summary: skill.counts === 'verdict' ? signed : end.reason, value };
}

function answerOf(
  { means, needsComment }: PersonsChoice,
  { reason, comment = '' }: { readonly reason: string; readonly comment?: string },
): AgentAnswer {
  return {
    ...means,
    ...(needsComment && comment === '' ? { status: 'stuck' as const } : {}),
    summary: reason,
    findings: [],
    artifacts: [],
    ...(comment === '' ? {} : { text: comment }),
  };
}
