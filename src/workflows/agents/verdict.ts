import { agentNamed } from '../../domain/agents/configured.ts';
import type { SingleRole } from '../../domain/agents/roles.ts';
import type { SkillName } from '../../domain/agents/skills.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { bullets, cutAtLine, inline, quoted } from '../../domain/text/markdown.ts';
import type { Run } from '../run/run.ts';
import type { StepOptions } from '../run/steps.ts';
import { runStep } from '../run/steps.ts';
import { askAgent } from './ask.ts';
import type { AgentTask } from './task.ts';

/** Characters of one text that a person is shown. */
const longestText = 20_000;

export interface VerdictRequest {
  readonly id: string;
  /** One that judges: the skill that it is asked for has its name. */
  readonly role: SingleRole & SkillName;
  readonly environment?: string;
  readonly task: string;
  /** The evidence: summaries of what was really run. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

/**
 * A role of the process document judges what was seen: the agent that is configured for it, a person, or – where neither is –
 * the built-in judgement, which rests on the evidence alone. None of them can authorise anything; each can object.
 */
export async function verdict(
  run: Run,
  config: ProductConfig,
  { id, role, environment, task, evidence }: VerdictRequest,
  builtIn: EffectOutcome,
  options: StepOptions = {},
): Promise<EffectOutcome> {
  const who = { role };
  if (!agentNamed(config, who) || !builtIn.ok)
    return runStep(run, id, () => Promise.resolve(builtIn), options);
  const asked: AgentTask = {
    id,
    who,
    skill: role,
    ...(environment === undefined ? {} : { environment }),
    task,
    inputs: evidence,
    details: () =>
      Object.entries(evidence)
        .map(([name, value]) => renderEvidence(name, value))
        .join('\n\n'),
  };
  return askAgent(run, config, asked, options);
}

function renderEvidence(name: string, value: unknown): string {
  if (Array.isArray(value)) return `**${inline(name)}**\n\n${bullets(value.map(String), { none: 'none' })}`;
  if (typeof value === 'string' && value.includes('\n'))
    return `**${inline(name)}**\n\n${quoted(cutAtLine(value, longestText, 'The rest is left out here.'))}`;
  return `**${inline(name)}**: ${inline(typeof value === 'string' ? value : JSON.stringify(value))}`;
}
