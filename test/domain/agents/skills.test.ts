import { describe, expect, it } from 'vitest';
import type { AgentAnswer } from '../../../src/domain/agents/answer.ts';
import { noAnswer, objects } from '../../../src/domain/agents/answer.ts';
import { agentNamed, agentsOf } from '../../../src/domain/agents/configured.ts';
import type { AgentName, RoleName } from '../../../src/domain/agents/roles.ts';
import { agentRoles, calledBy } from '../../../src/domain/agents/roles.ts';
import type { Skill, SkillName } from '../../../src/domain/agents/skills.ts';
import { skillNamed, skills, succeeded } from '../../../src/domain/agents/skills.ts';
import type { AgentConfig, ProductConfig } from '../../../src/domain/config/schema.ts';

const done: AgentAnswer = { status: 'done', summary: 'did it', findings: [], artifacts: [] };
const high = { severity: 'high', title: 'it is slow' } as const;
const all = Object.entries(skills) as [SkillName, Skill][];

describe('what agents are asked for', () => {
  it.each(['constructor', '__proto__', 'toString', 'deploy', ''])('"%s" is no skill', (name) => {
    expect(skillNamed(name)).toBeUndefined();
  });

  it('every role is asked for skills that are there, and every skill is somebody’s', () => {
    const asked = Object.values(agentRoles).flatMap((role) => [...role.skills]);
    expect([...new Set(asked)].sort()).toEqual(Object.keys(skills).sort());
  });

  it.each(all)(
    '[BY-9] nobody who was asked for %s may touch migrations or the scripts that checks run',
    (_, skill) => {
      expect(skill.mayTouch === 'nothing' || (!skill.mayTouch.migrations && !skill.mayTouch.scripts)).toBe(
        true,
      );
    },
  );

  it.each(all)('a person who is asked for %s can answer, also to say no', (_, { choices }) => {
    const means = choices.map((choice) => choice.means);
    expect(new Set(choices.map(({ id }) => id)).size).toBe(choices.length);
    expect(means.some(({ status, verdict }) => status === 'done' && verdict !== 'reject')).toBe(true);
    expect(means.some(({ status, verdict }) => status === 'stuck' || verdict === 'reject')).toBe(true);
  });
});

describe('whether the step that asked has succeeded', () => {
  it.each<[string, SkillName, AgentAnswer, boolean]>([
    ['a judgement that approves', 'qa-engineer', { ...done, verdict: 'approve' }, true],
    ['a judgement without a verdict', 'qa-engineer', done, true],
    ['a judgement that rejects', 'qa-engineer', { ...done, verdict: 'reject' }, false],
    [
      'a judgement that approves beside something serious',
      'support-engineer',
      { ...done, verdict: 'approve', findings: [high] },
      false,
    ],
    [
      'a judgement with a small finding',
      'devops-engineer',
      { ...done, findings: [{ ...high, severity: 'low' }] },
      true,
    ],
    ['a judgement that nobody made', 'qa-engineer', noAnswer('it was killed'), false],
    ['a review that rejects is a review', 'review', { ...done, verdict: 'reject', findings: [high] }, true],
    ['an adviser who is stuck', 'consult', { ...done, status: 'stuck' }, false],
    ['a driver who has to be told something', 'fix', { ...done, status: 'needs-input' }, false],
  ])('%s', (_, skill, answer, expected) => {
    expect(succeeded(skills[skill], answer)).toBe(expected);
  });

  it.each([
    ['critical', true],
    ['high', true],
    ['medium', false],
    ['low', false],
  ] as const)('a finding of severity %s objects: %s', (severity, expected) => {
    expect(objects({ verdict: 'approve', findings: [{ severity, title: 'x' }] })).toBe(expected);
    expect(objects({ findings: [{ severity, title: 'x' }] })).toBe(expected);
  });
});

describe('who is asked', () => {
  const agent: AgentConfig = { person: ['alice'] };
  const config = {
    agents: { driver: agent, trio: { security: agent, requirements: agent } },
  } as unknown as ProductConfig;

  it.each<[AgentName, string]>([
    [{ role: 'driver' }, 'driver'],
    [{ role: 'trio', name: 'security' }, 'trio security'],
    [{ role: 'juniors', name: 'first' }, 'junior first'],
  ])('%j is called %s', (who, called) => {
    expect(calledBy(who)).toBe(called);
  });

  it.each<[AgentName, boolean]>([
    [{ role: 'driver' }, true],
    [{ role: 'trio', name: 'security' }, true],
    [{ role: 'senior' }, false],
    [{ role: 'trio' }, false],
    [{ role: 'driver', name: 'security' }, false],
    [{ role: 'trio', name: 'constructor' }, false],
    [{ role: 'trio', name: '__proto__' }, false],
    [{ role: 'juniors', name: 'first' }, false],
    [{ role: 'constructor' as RoleName }, false],
    [{ role: '__proto__' as RoleName }, false],
  ])('%j is configured: %s', (who, expected) => {
    expect(agentNamed(config, who)).toEqual(expected ? agent : undefined);
  });

  it('those who share a role come in the order of the configuration', () => {
    expect(agentsOf(config, 'trio').map(({ name }) => name)).toEqual(['security', 'requirements']);
    expect(agentsOf(config, 'juniors')).toEqual([]);
  });
});
