import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';
import { scenarioProblems, stepsOf } from '../../../src/domain/rehearsal/check-scenario.ts';
import type { FlowName } from '../../../src/domain/flows/registry.ts';
import { parseScenario } from '../../../src/domain/rehearsal/parse-scenario.ts';
import { shopWithBlueGreen } from '../../workers/rehearsal/support.ts';

const parse = (yaml: string): ProductConfig => {
  const parsed = parseProductConfig(yaml, 'sluice.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
};
let all: ProductConfig;
let canary: ProductConfig;
let plain: ProductConfig;
beforeAll(async () => {
  const yaml = await shopWithBlueGreen();
  all = parse(yaml);
  canary = parse(`${yaml}  canary: true\n`);
  plain = parse(await readFile('examples/shop/sluice.yaml', 'utf8'));
});

function problems(fault: string, flow: FlowName, config: ProductConfig): string {
  const parsed = parseScenario(`faults: [{ ${fault} }]`, 'scenario.yaml');
  return parsed.ok ? scenarioProblems(parsed.scenario, config, flow).join('\n') : parsed.problems.join('\n');
}

const none: readonly FlowName[] = [];
describe('[BY-5] a fault is refused where the flow can’t have it', () => {
  it.each<readonly [fault: string, possible: readonly FlowName[]]>([
    ['at: 10%, health: fails', ['release', 'rollout']],
    ['at: 100%, health: fails', ['release', 'rollout', 'blueGreen']],
    ['approvals: none', ['release', 'rollout', 'blueGreen']],
    ['metrics: gone', ['release', 'rollout', 'rollback', 'blueGreen']],
    ['green: crashes, times: 2', ['blueGreen']],
    ['green: unhealthy', ['blueGreen']],
    ['review: fixes, times: always', ['blueGreen']],
    ['review: major-flaws', ['blueGreen']],
    ['at: staging.deploy, fails: 1', ['release']],
    ['at: rollout.find, fails: 1', ['rollout']],
    ['at: production.shift-50, hangs: 1h', ['release', 'rollout']],
    ['at: green.deploy, fails: always', ['blueGreen']],
    ['at: green.migrate, fails: 1', ['blueGreen']],
    ['at: fix.trio.security, fails: 1', ['blueGreen']],
    ['at: rollback.stop-green, fails: 1', ['blueGreen']],
    ['at: rollback.execute, takes: 1m', ['release', 'rollout', 'rollback', 'blueGreen']],
    ['alert: Fire', none],
  ])('%s', (fault, possible) => {
    const flows: readonly FlowName[] = ['release', 'rollout', 'rollback', 'blueGreen'];
    expect(flows.filter((flow) => problems(fault, flow, all) === '')).toEqual(possible);
  });

  it('a promotion by the steps of the rollout has its weights', () => {
    expect(problems('at: 50%, error-rate: 12%', 'blueGreen', canary)).toBe('');
    expect(problems('at: 50%, error-rate: 12%', 'blueGreen', all)).toContain('blueGreen.canary is not set');
    expect(stepsOf(canary, 'blueGreen')).toContain('production.watch-50');
  });

  it('nobody reviews a product without a trio', () => {
    expect(problems('review: fixes', 'blueGreen', plain)).toContain(
      'no program of shop reviews in agents.trio',
    );
    expect(problems('green: crashes', 'blueGreen', plain)).toBe('');
  });
});

describe('[BY-5] a fault says what it is, and no more', () => {
  it.each([
    ['green: explodes', 'must be one of crashes or unhealthy'],
    ['green: crashes, review: fixes', 'not green and review'],
    ['green: crashes, for: 5m', 'leave for out, and say times'],
    ['green: crashes, at: green.deploy', 'green: crashes has no moment: leave at out'],
    ['green: crashes, times: 0', 'must be at least 1'],
    ['green: crashes, times: often', 'must be a number of versions or reviews, or always'],
    ['health: fails, times: 2', 'times is said of green or review, not of health'],
    ['review: major-flaws, times: 2', 'leave times out'],
    ['approvals: none, at: 10%', 'approvals: none has no moment: leave at out'],
  ])('%s', (fault, said) => {
    expect(problems(fault, 'blueGreen', canary)).toContain(said);
  });
});
