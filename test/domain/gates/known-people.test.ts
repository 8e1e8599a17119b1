import { describe, expect, it } from 'vitest';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';
import { knownPeople, nobody } from '../../../src/domain/gates/known-people.ts';
import { unapprovable } from '../../../src/domain/gates/unapprovable.ts';

const approval = { from: ['leads', 'dora'], quorum: 2 };
const environment = { url: 'http://127.0.0.1:1', script: { deploy: 'true', rollback: 'true' } };

function config(more: object = {}, production: object = { ...environment, approval }): ProductConfig {
  const text = JSON.stringify({
    product: 'shop',
    repository: { path: '.' },
    people: { groups: { leads: ['alice', 'bob'], testers: ['tess', 'bob'] } },
    environments: { staging: environment, production },
    ...more,
  });
  const parsed = parseProductConfig(text, 'sluice.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.config;
}

describe('[BY-1] who is heard', () => {
  it('is in a group, or named by an approval, each once; and the one who started the run', () => {
    expect(knownPeople(config(), 'carol')).toEqual(['alice', 'bob', 'tess', 'dora', 'carol']);
    expect(knownPeople(config(), 'bob')).toEqual(['alice', 'bob', 'tess', 'dora']);
  });

  it('is a person who works as an agent, alone, of a trio or among juniors, or who looks by hand', () => {
    const { people: _, ...agents } = config({
      agents: {
        'qa-engineer': { person: ['quinn'] },
        'support-engineer': { command: 'node support.js' },
        senior: { person: ['testers'] },
        trio: { security: { person: ['sam'] }, speed: { command: 'node speed.js' } },
        juniors: { first: { person: ['june'] } },
      },
      blueGreen: { environment: 'staging', manualValidation: ['mia'] },
      environments: {
        staging: { process: { start: 'node server.js', port: 4100 } },
        production: { ...environment, approval },
      },
    });
    expect(knownPeople({ ...agents, people: { groups: {} } }, nobody).toSorted()).toEqual([
      'dora',
      'june',
      'leads',
      'mia',
      'quinn',
      'sam',
      'testers',
    ]);
  });

  it('is nobody by the name of a run that nobody started', () => {
    expect(nobody).toBe('unknown');
    expect(knownPeople(config(), nobody)).not.toContain('unknown');
    const { environments, ...rest } = config({ people: { groups: {} } });
    const staging = { staging: environments['staging']! };
    expect(knownPeople({ ...rest, environments: staging }, nobody)).toEqual([]);
  });
});

describe('[RW-8] whether a change could be approved', () => {
  it('is asked of the environment that is changed', () => {
    expect(unapprovable(config(), 'production', 'carol')).toEqual([]);
    expect(unapprovable(config(), 'staging', 'carol')).toEqual([]);
    expect(unapprovable(config(), 'moon', 'carol')).toEqual([]);
  });

  it('counts without the starter, unless the policy lets that one', () => {
    const strict = { ...environment, approval: { from: ['leads'], quorum: 2 } };
    const lenient = { ...environment, approval: { ...strict.approval, allowStarter: true } };
    expect(unapprovable(config({}, strict), 'production', 'alice')).toEqual([
      expect.stringMatching(/needs 2 approvals, but only 1 may give one \(bob, without alice, who started/),
    ]);
    expect(unapprovable(config({}, lenient), 'production', 'alice')).toEqual([]);
    expect(unapprovable(config({}, strict), 'production', 'carol')).toEqual([]);
    expect(unapprovable(config({}, strict), 'production')).toEqual([]);
  });
});
