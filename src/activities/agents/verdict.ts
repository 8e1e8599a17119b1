import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { AgentConfig, AgentRole } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import type { AgentTask } from '../ports/agents.ts';

export interface AgentRequest {
  readonly role: AgentRole;
  readonly agent: AgentConfig;
  readonly product: string;
  readonly environment?: string;
  readonly task: string;
  /** The evidence that it judges: counts and summaries, never a credential. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A verdict of an agent that is a program. It can object; it can't authorise, deploy or roll back. */
export function agentActivities(deps: Deps) {
  return {
    async runAgent(ref: StepRef, request: AgentRequest): Promise<EffectOutcome> {
      const context = effectContext(ref);
      const workDirectory = path.join(deps.directory, 'agents', request.product);
      await mkdir(workDirectory, { recursive: true });
      const result = await deps.agent(request.agent).run(agentTask({ ...request, workDirectory }), context);
      const objections = result.findings.filter(
        (finding) => finding.severity === 'critical' || finding.severity === 'high',
      );
      const objects = result.verdict === 'reject' || objections.length > 0;
      const ok = result.status === 'done' && !objects;
      return {
        ok,
        summary: `${request.role}: ${result.summary}${objections[0] ? ` – ${objections[0].title}` : ''}`,
        ...(result.unknown ? { unknown: true } : {}),
        facts: { status: result.status, findings: result.findings.slice(0, 20) },
      };
    },
  };
}

const instructions: Readonly<Record<AgentRole, string>> = {
  driver: 'Find the cause, change files so that it is gone, and say which.',
  senior: 'Advise from the evidence; set verdict to approve or reject where you review.',
  'qa-engineer':
    'Judge from the evidence whether this version may go on. Report what you found; set verdict to approve or reject.',
  'technical-writer': 'Improve the prose, keep the facts, and give the whole document back in "text".',
  'devops-engineer':
    'Check the deployment from the evidence. Report what you found; set verdict to approve or reject.',
  'support-engineer':
    'Judge from the evidence how production does. Report what you found; set verdict to approve or reject.',
};

/** A task as an agent gets it (design §6). */
export function agentTask(request: {
  readonly role: AgentRole;
  readonly task: string;
  readonly product: string;
  readonly environment?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly workDirectory: string;
}): AgentTask {
  return {
    role: request.role,
    skill: request.role,
    task: request.task,
    instructions: instructions[request.role],
    product: request.product,
    ...(request.environment ? { environment: request.environment } : {}),
    inputs: request.inputs,
    workDirectory: request.workDirectory,
    resultSchema: 'AgentResult',
  };
}
