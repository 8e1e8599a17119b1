import type { AgentAnswer } from '../../domain/agents/answer.ts';
import { agentNamed } from '../../domain/agents/configured.ts';
import { calledBy } from '../../domain/agents/roles.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import type { StepOptions } from '../run/steps.ts';
import { runStep } from '../run/steps.ts';
import { askPerson } from './ask-person.ts';
import type { AgentTask } from './task.ts';

/**
 * Has an agent do something: a program in a directory of its own, or a person by a task at a gate. None of them can authorise anything.
 * Without a value in the outcome there is no answer to rely on.
 */
export async function askAgent(
  run: Run,
  config: ProductConfig,
  asked: AgentTask,
  options: StepOptions = {},
): Promise<EffectOutcome<AgentAnswer>> {
  const { id, who, skill, environment, commit, task, inputs } = asked;
  const agent = agentNamed(config, who);
  if (!agent) throw new TypeError(`no agent is configured as ${calledBy(who)}`);
  if (!agent.command)
    return runStep(run, id, () => askPerson(run, config, asked, agent.person ?? []), options);
  return runStep(
    run,
    id,
    (ref) =>
      effects.askAgent(ref, {
        who,
        skill,
        ...(environment === undefined ? {} : { environment }),
        ...(commit === undefined ? {} : { commit }),
        task,
        inputs,
      }),
    options,
  );
}

/** All at the same time; where the run is stopped, each has stopped before that goes on. */
export async function together<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(work);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
