import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { frozenConfigProblems } from '../../../src/domain/config/frozen-config.ts';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';

const environment = { url: 'http://127.0.0.1:1', script: { deploy: 'd', rollback: 'r' } };
const read = (text: string): unknown => {
  const parsed = parseProductConfig(text, 'sluice.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return JSON.parse(JSON.stringify(parsed.config)) as unknown;
};
const least = read(
  JSON.stringify({ product: 'shop', repository: { path: '.' }, environments: { staging: environment } }),
);
const most = read(
  JSON.stringify({
    product: 'shop',
    title: 'A shop',
    repository: { path: '.', main: 'trunk' },
    checks: { unit: 'npm test', e2e: { run: 'npm run e2e', timeout: '1h' } },
    agents: { driver: { command: 'drive' }, senior: { person: ['ann'] }, trio: { one: { command: 'look' } } },
    environments: {
      staging: { process: { start: 'node server.js', port: 4100 }, smoke: 'npm run smoke' },
      production: {
        ...environment,
        slots: { blue: { url: 'http://127.0.0.1:2' }, green: { url: 'http://127.0.0.1:3' } },
        router: { script: { set: 'set', get: 'get' } },
        database: {
          backup: 'b',
          verifyBackup: 'v',
          restore: 'r',
          migrate: 'm',
          undo: 'u',
          undoSafe: ['*.sql'],
        },
        approval: { from: ['leads'], quorum: 2, expires: '9999d' },
        issues: { high: 'ask' },
      },
    },
    rollout: { steps: [{ name: 'canary', weight: 0.5, for: '5m', confirm: true }, { weight: 100 }] },
    metrics: { rules: [{ name: 'errors', measure: 'error-rate', max: '5%' }] },
    blueGreen: { requirements: 'R.md', rollbackPlan: 'back', manualValidation: ['leads'], canary: true },
    policies: { rehearseRollback: false },
    people: { groups: { leads: ['ann', 'bob'] } },
    notifications: [{ webhook: 'http://127.0.0.1:9/', on: ['failed'] }, { slack: 'env:SLACK' }],
  }),
);

describe('a configuration that a run shall go by', () => {
  it.each([
    ['the least that there can be', least],
    ['with all that there can be', most],
    ['the example', read(readFileSync('examples/shop/sluice.yaml', 'utf8'))],
  ])('is one as the schema gives it: %s', (_, config) => {
    expect(frozenConfigProblems(config, 'it')).toEqual([]);
  });

  it('is one with members that a later version adds', () => {
    expect(frozenConfigProblems({ ...(most as object), later: { than: 'now' } }, 'it')).toEqual([]);
  });

  const production = (most as { environments: { production: Record<string, unknown> } }).environments
    .production;
  const inProduction = (change: object) => ({
    ...(most as object),
    environments: { production: { ...production, ...change } },
  });
  it.each([
    ['nothing', null],
    ['a list', [most]],
    ['no environments', { ...(most as object), environments: null }],
    ['a list of environments', { ...(most as object), environments: [production] }],
    ['an environment that is none', { ...(most as object), environments: { production: null } }],
    ['no health', inProduction({ health: undefined })],
    ['a time that no clock knows', inProduction({ monitor: { for: 1e99, every: 1 } })],
    ['a time in words', inProduction({ issues: { high: 'ask', highWithin: '1h', mediumWithin: 1 } })],
    ['people who are none', inProduction({ approval: { from: 'alice' } })],
    ['a script that is a text', inProduction({ script: 'deploy' })],
    ['groups that are none', { ...(most as object), people: { groups: { leads: 'ann' } } }],
    ['channels that are none', { ...(most as object), notifications: {} }],
    ['steps that are none', { ...(most as object), rollout: { steps: [null] } }],
    ['an agent that is none', { ...(most as object), agents: { trio: [{ command: 'x' }, null] } }],
    ['another environment for green', { ...(most as object), blueGreen: { environment: {} } }],
  ])('is none: %s', (_, config) => {
    expect(frozenConfigProblems(config, 'it')).not.toEqual([]);
  });

  it('has an answer for everything that there is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(frozenConfigProblems(value, 'it')).not.toEqual([]);
      }),
    );
  });
});
