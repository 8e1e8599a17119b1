import type { AgentAnswer } from '../../domain/agents/answer.ts';
import type { EffectContext } from './effect.ts';

/** What an agent is asked to do; on the wire it is one JSON object with these members (docs/agents.md). */
export interface AgentTask {
  /** Such as `qa-engineer`. */
  readonly role: string;
  readonly skill?: string;
  /** One sentence. */
  readonly task: string;
  readonly instructions: string;
  readonly product: string;
  readonly environment?: string;
  /** The evidence that it works from; never a credential. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Absolute; it runs there, and what it makes must be in there. */
  readonly workDirectory: string;
  /** JSON Schema of the wanted result. `AgentResult` stands for the general one, which every result must fit as well. */
  readonly resultSchema: 'AgentResult' | Readonly<Record<string, unknown>>;
}

/** What came of a task. Only what was checked is in here: it fits the schema, nothing was denied, the files are there. */
export interface AgentResult extends AgentAnswer {
  /** It can't be known here whether or how it ended: a person has to say. The status is `failed` then. */
  readonly unknown?: true;
}

/** Does a task. Whatever goes wrong becomes a result with the status `failed`; it throws only for defects. */
export interface Agent {
  run(task: AgentTask, context: EffectContext): Promise<AgentResult>;
}
