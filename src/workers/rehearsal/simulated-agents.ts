import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Agent, AgentResult, AgentTask, EffectContext } from '../../activities/ports/index.ts';
import type { Finding } from '../../domain/agents/answer.ts';
import type { AgentConfig } from '../../domain/config/schema.ts';
import type { Executions } from './simulated-commands.ts';
import { resultOf, takes } from './simulated-commands.ts';
import { sourceFile } from './simulated-worktrees.ts';
import type { World } from './world.ts';

/** How long an agent of which nothing is configured may take (ms). */
const usualLimit = 30 * 60_000;

/** A good agent: it mends, advises and approves, unless the scenario says something else. */
export function simulatedAgent(world: World, executions: Executions, { command }: AgentConfig): Agent {
  const limit = command?.timeout ?? usualLimit;
  return {
    run: async (task, context) => {
      const carried = await executions.carryOut(context, takes.agent, limit);
      if (carried.end === 'timed-out') return nothing('failed', resultOf(carried, limit).summary);
      if (carried.end === 'failed') return nothing('failed', 'it failed, as the scenario has it');
      return answer(world, task, context);
    },
  };
}

const nothing = (status: AgentResult['status'], summary: string): AgentResult => ({
  status,
  summary,
  findings: [],
  artifacts: [],
});

function answer(world: World, task: AgentTask, context: EffectContext): AgentResult | Promise<AgentResult> {
  switch (task.skill) {
    case 'fix':
      return mend(task, context);
    case 'consult':
      return { ...nothing('done', 'has advice'), text: 'simulated advice: look at what changed last' };
    case 'review':
      return task.role.startsWith('trio ') ? review(world, task) : verdict([]);
    case 'synthesize':
      return { ...verdict(objectionsIn(task.inputs['reviews'])), text: 'a simulated review of reviews' };
    default:
      return { ...nothing('done', `the simulated ${task.role} is content`), verdict: 'approve' };
  }
}

/** Whether it helps is for the scenario to say; that something changed is really looked at. */
async function mend({ workDirectory }: AgentTask, { key }: EffectContext): Promise<AgentResult> {
  await writeFile(path.join(workDirectory, sourceFile), `// mended by ${key}\n`);
  return { ...nothing('done', `changed ${sourceFile}`), artifacts: [sourceFile] };
}

/** Each commit that is reviewed is asked about once, by all of the trio alike. */
function review(world: World, { inputs }: AgentTask): AgentResult {
  const struck = world.faults.strikeInOrder('review', String(inputs['head']));
  if (!struck) return verdict([]);
  const major = struck.fault.review === 'major-flaws';
  return verdict([
    {
      severity: major ? 'critical' : 'high',
      title: major ? 'simulated flaw' : `simulated finding ${struck.ordinal}`,
      detail: 'as the scenario has it',
      file: sourceFile,
    },
  ]);
}

function verdict(findings: readonly Finding[]): AgentResult {
  const titles = findings.map(({ severity, title }) => `${title} (${severity})`).join(', ');
  return {
    ...nothing('done', findings.length === 0 ? 'approves' : `rejects it: ${titles}`),
    findings,
    verdict: findings.length === 0 ? 'approve' : 'reject',
  };
}

/** Each finding of the reviews that object, once. */
function objectionsIn(reviews: unknown): Finding[] {
  const all = (Array.isArray(reviews) ? reviews : []) as Partial<AgentResult>[];
  const findings = all.flatMap((each) => (each.verdict === 'reject' ? (each.findings ?? []) : []));
  return [...new Map(findings.map((finding) => [finding.title, finding])).values()];
}
