import type { AgentName } from '../../domain/agents/roles.ts';
import type { SkillName } from '../../domain/agents/skills.ts';

/** What an agent is asked to do. */
export interface AgentTask {
  /** The step's id. */
  readonly id: string;
  readonly who: AgentName;
  readonly skill: SkillName;
  readonly environment?: string;
  /** It gets a checkout of this commit. */
  readonly commit?: string;
  /** One sentence. */
  readonly task: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What a person is shown who does it, beside the sentence. */
  readonly details: () => string;
}
