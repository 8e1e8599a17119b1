import type { AgentAnswer, AgentQuestion } from '../../activities/agents/ask.ts';
import { alsoSpent } from '../../domain/agents/escalation.ts';
import type { AgentConfig } from '../../domain/config/schema.ts';
import { fenced, inline } from '../../domain/text/markdown.ts';
import { resolvePeople } from '../../domain/gates/gate.ts';
import { effects } from '../run/effects.ts';
import { passGate } from '../gates/gates.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import type { Green } from '../blue-green/green.ts';
import { offTheClock } from '../blue-green/green.ts';

export interface Task {
  /** The step's id. */
  readonly id: string;
  readonly role: string;
  readonly phase: AgentQuestion['phase'];
  readonly agent: AgentConfig;
  readonly task: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Nothing to rely on came of it. */
const none = (summary: string): AgentAnswer => ({
  status: 'failed',
  summary,
  findings: [],
  artifacts: [],
});

/** Has an agent do something: a program in a checkout of its own, or a person by a task. What it costs counts. */
export async function askAgent(run: Run, green: Green, task: Task): Promise<AgentAnswer> {
  const { id, role, phase, agent, inputs } = task;
  if (!agent.command) return offTheClock(green, () => askPerson(run, green, task));
  const outcome = await runStep(run, id, (ref) =>
    effects.askAgent(ref, {
      role,
      phase,
      agent,
      product: run.product,
      environment: green.name,
      task: task.task,
      inputs,
      commit: green.commit,
      place: id,
    }),
  );
  const answer = outcome.value ?? none(outcome.summary);
  green.cost += answer.cost ?? 0;
  if (phase !== 'fix' && phase !== 'consult') green.state = alsoSpent(green.state, answer.cost ?? 0);
  return answer;
}

async function askPerson(run: Run, green: Green, task: Task): Promise<AgentAnswer> {
  const reviews = task.phase === 'review' || task.phase === 'synthesize';
  let answer = none('nobody answered');
  await runStep(run, task.id, async () => {
    run.awaitsPeople(task.id);
    const end = await passGate(run, {
      id: task.id,
      kind: 'task',
      statement: task.task,
      details: [
        `${inline(task.role)}: commit \`${green.commit.slice(0, 10)}\`, compared with \`${green.base.slice(0, 10)}\`.`,
        fenced(JSON.stringify(task.inputs, undefined, 2).slice(0, 8_000)),
        'What you write as a comment is your advice, or the reason of your verdict.',
      ].join('\n\n'),
      who: resolvePeople(task.agent.person ?? [], green.config.people.groups),
      choices: reviews
        ? [
            { id: 'pass', title: 'approve' },
            { id: 'fail', title: 'reject' },
          ]
        : [
            { id: 'advice', title: 'my advice is in the comment' },
            { id: 'stuck', title: 'I have no advice' },
          ],
    });
    if (end.action === 'expired') return { ok: false, summary: end.reason };
    const said = end.comment ?? '';
    answer = {
      status: end.choice === 'stuck' || (end.choice === 'advice' && said === '') ? 'stuck' : 'done',
      summary: end.reason,
      findings: [],
      artifacts: [],
      ...(reviews ? { verdict: end.choice === 'pass' ? ('approve' as const) : ('reject' as const) } : {}),
      ...(said ? { text: said } : {}),
    };
    return { ok: answer.status === 'done', summary: end.reason };
  });
  return answer;
}

/** All at the same time; where the run is stopped, each has stopped before that goes on. */
export async function together<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(work);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
