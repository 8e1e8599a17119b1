import type { AgentRole, ProductConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { resolvePeople } from '../../domain/gates/gate.ts';
import { effects } from '../run/effects.ts';
import { bullets, inline } from '../../domain/text/markdown.ts';
import { passGate } from '../gates/gates.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';

export interface VerdictRequest {
  readonly id: string;
  readonly role: AgentRole;
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
  request: VerdictRequest,
  builtIn: EffectOutcome,
): Promise<EffectOutcome> {
  const agent = config.agents[request.role];
  if (!agent || !builtIn.ok) return runStep(run, request.id, () => Promise.resolve(builtIn));
  if (agent.command) {
    return runStep(run, request.id, (ref) =>
      effects.runAgent(ref, {
        role: request.role,
        agent,
        product: run.product,
        task: request.task,
        inputs: request.evidence,
        ...(request.environment ? { environment: request.environment } : {}),
      }),
    );
  }
  return runStep(run, request.id, () =>
    askPerson(run, request, resolvePeople(agent.person ?? [], config.people.groups)),
  );
}

async function askPerson(run: Run, request: VerdictRequest, who: readonly string[]): Promise<EffectOutcome> {
  run.awaitsPeople(request.id);
  const end = await passGate(run, {
    id: request.id,
    kind: 'task',
    statement: request.task,
    details: Object.entries(request.evidence)
      .map(([name, value]) => renderEvidence(name, value))
      .join('\n\n'),
    who,
    choices: [
      { id: 'pass', title: 'all is well' },
      { id: 'fail', title: 'it must not go on' },
    ],
  });
  if (end.action === 'expired') return { ok: false, summary: end.reason };
  return {
    ok: end.choice === 'pass',
    summary: `${end.choice === 'pass' ? 'signed off' : 'objected to'} by ${end.by.join(', ')}${end.comment ? `: ${end.comment}` : ''}`,
  };
}

function renderEvidence(name: string, value: unknown): string {
  if (Array.isArray(value)) return `**${inline(name)}**\n\n${bullets(value.map(String), { none: 'none' })}`;
  return `**${inline(name)}**: ${inline(typeof value === 'string' ? value : JSON.stringify(value))}`;
}
