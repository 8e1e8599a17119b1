import type { AgentAnswer } from '../../domain/agents/answer.ts';
import { noAnswer } from '../../domain/agents/answer.ts';
import { agentNamed } from '../../domain/agents/configured.ts';
import type { FixLimits, FixState } from '../../domain/agents/escalation.ts';
import { alsoSpent, alsoWaited } from '../../domain/agents/escalation.ts';
import { calledBy } from '../../domain/agents/roles.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { fenced, inline } from '../../domain/text/markdown.ts';
import type { Run } from '../run/run.ts';
import type { AgentTask } from './task.ts';
import { askAgent } from './ask.ts';

/** A change of an agent's that was committed. */
export interface Fix {
  readonly parent: string;
  readonly commit: string;
  readonly summary: string;
  readonly files: readonly string[];
  /** What it was made for. */
  readonly problem: string;
}

/** A commit that agents work on until it works, with their budget and what they did. */
export interface Workpiece {
  config: ProductConfig;
  /** The environment that it is made for. */
  readonly name: string;
  /** The branch of this run's fixes; it is there once there is one. */
  readonly branch: string;
  readonly settings: FixLimits;
  /** The commit that is tried out next. */
  commit: string;
  /** What agents compare with. */
  base: string;
  state: FixState;
  /** Of all agents together, in US dollars. */
  cost: number;
  fixes: Fix[];
  /** The fix that is being tried out. */
  trial: Fix | undefined;
  /** Every problem and what became of it. */
  issues: { problem: string; resolution: string }[];
}

/** Has an agent work on it. What that costs counts at once; the time of people does not. */
export async function askAbout(
  run: Run,
  piece: Workpiece,
  task: Omit<AgentTask, 'environment' | 'commit' | 'details'>,
): Promise<AgentAnswer> {
  const ask = () =>
    askAgent(run, piece.config, {
      ...task,
      environment: piece.name,
      commit: piece.commit,
      details: () => detailsOf(piece, task),
    });
  const byProgram = agentNamed(piece.config, task.who)?.command !== undefined;
  const outcome = byProgram ? await ask() : await offTheClock(piece, ask);
  const answer = outcome.value ?? noAnswer(outcome.summary);
  const cost = answer.cost ?? 0;
  piece.cost += cost;
  piece.state = alsoSpent(piece.state, cost);
  return answer;
}

function detailsOf({ commit, base }: Workpiece, { who, inputs }: Pick<AgentTask, 'who' | 'inputs'>): string {
  return [
    `${inline(calledBy(who))}: commit \`${commit.slice(0, 10)}\`, compared with \`${base.slice(0, 10)}\`.`,
    fenced(JSON.stringify(inputs, undefined, 2).slice(0, 8_000)),
    'What you write as a comment is your advice, or the reason of your verdict.',
  ].join('\n\n');
}

/** Waits for people, or for a turn: `maxTime` is for the agents' work. */
export async function offTheClock<T>(piece: Pick<Workpiece, 'state'>, waiting: () => Promise<T>): Promise<T> {
  const from = Date.now();
  try {
    return await waiting();
  } finally {
    const now = Date.now();
    piece.state = alsoWaited(piece.state, now - from, now);
  }
}
