import { z } from 'zod';
import type { RoleName } from '../../domain/agents/roles.ts';
import { agentRoles } from '../../domain/agents/roles.ts';
import type { SkillName } from '../../domain/agents/skills.ts';
import { skills } from '../../domain/agents/skills.ts';
import { commit, evidence, line, name, severity, stepId, stepRef, text } from './parts.ts';

const finding = z.strictObject({
  severity,
  title: text(5_000),
  detail: text(20_000).exactOptional(),
  file: line(5_000).exactOptional(),
});

const role = z.enum(Object.keys(agentRoles) as RoleName[]);
const skill = z.enum(Object.keys(skills) as SkillName[]);

/** What agents are asked, and what becomes of their work. */
export const agentInputs = {
  askAgent: z.tuple([
    stepRef,
    z.strictObject({
      who: z.strictObject({ role, name: name.exactOptional() }),
      skill,
      environment: name.exactOptional(),
      task: text(10_000),
      inputs: evidence,
      commit: commit.min(4).exactOptional(),
    }),
  ]),
  removeCheckouts: z.tuple([stepRef]),
  commitChange: z.tuple([
    stepRef,
    z.strictObject({
      environment: name,
      skill,
      asked: stepId,
      commit: commit.min(4),
      summary: text(20_000),
      note: text(5_000),
      artifacts: z.array(line(5_000)).max(1_000),
      findings: z.array(finding).max(1_000),
    }),
  ]),
};
