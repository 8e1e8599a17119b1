import { describe, expect, test } from 'vitest';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';
import { approvalSteps, goesBySteps, retireStep, stepsInto } from '../../../src/domain/environments/plan.ts';
import type { Planned } from '../../../src/domain/flows/plan.ts';
import { releaseFlow } from '../../../src/domain/release/flow.ts';

const environment = (port: number, more = ''): string =>
  `{ process: { start: node server.js, port: ${port} }, health: /health${more} }`;
const database = ', database: { backup: { run: b }, verifyBackup: { run: v }, migrate: { run: m } }';

function parsed(environments: Record<string, string>, more = ''): ProductConfig {
  const text = `product: shop
repository: { path: . }
people: { groups: { leads: [alice] } }
environments:
${Object.entries(environments)
  .map(([name, is]) => `  ${name}: ${is}`)
  .join('\n')}
${more}`;
  const result = parseProductConfig(text, 'sluice.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

const approved = ', approval: { from: [leads] }';
const config = parsed(
  {
    staging: environment(1),
    qa: environment(2, database),
    production: environment(3, `${database}${approved}`),
  },
  'rollout: { steps: [{ weight: 10%, for: 10m }, { weight: 100%, for: 10m }] }',
);

/** The ids of the steps that are there. */
const ids = (steps: readonly Planned[]): string[] =>
  steps.flatMap(([id, , when]) => (when === false ? [] : [id]));

describe('the way into an environment', () => {
  test('has the same steps wherever it leads, under the name of the place', () => {
    expect(ids(stepsInto(config, 'qa'))).toEqual([
      'qa.backup',
      'qa.prove-backup',
      'qa.deploy',
      'qa.migrate',
      'qa.verify',
      'qa.activate',
      'qa.health',
      'qa.monitor',
      'qa.support',
    ]);
    expect(ids(approvalSteps('qa'))).toEqual(['approval.bundle', 'approval.qa']);
  });

  test('goes step by step where the users are, and nowhere else', () => {
    const shifted = ids(stepsInto(config, 'production')).filter((id) => /\.(shift|watch)-/.test(id));
    expect(shifted).toEqual([
      'production.shift-10',
      'production.watch-10',
      'production.shift-100',
      'production.watch-100',
    ]);
    expect(goesBySteps(config, 'production')).toBe(true);
    expect(goesBySteps(config, 'qa')).toBe(false);
    expect(goesBySteps({ rollout: undefined }, 'production')).toBe(false);
  });

  test('into a place that is not there is no deployment, and stops nothing', () => {
    expect(ids(stepsInto(config, '__proto__'))).toEqual(['__proto__.monitor', '__proto__.support']);
    expect(retireStep(config, 'constructor')[2]).toBe(false);
    expect(retireStep(config, 'production')[2]).toBe(true);
  });
});

test('a product without staging can be configured, and a release of it is not begun', () => {
  const without = parsed({ production: environment(3, approved) });
  expect(releaseFlow.needs(without, { product: 'shop', by: 'zoe' })).toEqual([
    'staging is missing: a release goes through staging to production',
  ]);
  expect(releaseFlow.needs(config, { product: 'shop', by: 'zoe' })).toEqual([]);
});
