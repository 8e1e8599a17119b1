import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { plant as Plant } from '../../../../examples/agents/faults/index.mjs';

const execute = promisify(execFile);
const agentFile = (name: string): URL => new URL(`../../../../examples/agents/${name}`, import.meta.url);

/** Plants one of the example's faults into a checkout, and commits it. */
async function plant(fault: string, checkout: string): Promise<void> {
  const faults = (await import(agentFile('faults/index.mjs').href)) as { plant: typeof Plant };
  await faults.plant(fault, checkout);
}

/** What a review is held against: the requirements, and a test that names them. */
export async function addRequirements(checkout: string): Promise<void> {
  await mkdir(path.join(checkout, 'docs'), { recursive: true });
  await writeFile(
    path.join(checkout, 'docs/requirements.md'),
    '# Requirements\n\n| id | the shop |\n| --- | --- |\n| R-1 | sells tea |\n',
  );
  await writeFile(
    path.join(checkout, 'test/unit/requirements.test.js'),
    `import { readdirSync, readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

test('[R-1] sells tea', () => {
  const all = readdirSync('migrations').map((file) => readFileSync(\`migrations/\${file}\`, 'utf8'));
  assert.match(all.join(), /assam/i);
});
`,
  );
  await commit(checkout, 'docs: requirements, and the test that proves them');
}

async function commit(checkout: string, message: string): Promise<void> {
  const git = (...args: string[]) => execute('git', args, { cwd: checkout });
  await git('add', '--all');
  await git('commit', '--quiet', '-m', message);
  await git('push', '--quiet', 'origin', 'main');
}

/** The shop's own configuration, with agents, and with smoke tests that look at the version they are told to. */
export async function configureAgents(file: string): Promise<void> {
  const shop = parse(await readFile(file, 'utf8')) as Configured;
  const { staging, production } = shop.environments;
  const agent = (program: string, env: Record<string, string> = {}) => ({
    command: {
      run: `exec '${process.execPath}' '${fileURLToPath(agentFile(program))}'`,
      timeout: '2m',
      env: { SHOP_DATABASE: ':memory:', DRIVER_START_WITHIN: '5000', ...env },
    },
  });
  const reviewer = (focus: string) => agent('reviewer.mjs', { REVIEW_FOCUS: focus });
  const smoke = { run: 'SHOP_URL="$SLUICE_URL" node smoke.js', timeout: '1m' };
  const changed = {
    ...shop,
    checks: { unit: shop.checks['unit'] },
    environments: {
      staging,
      production: {
        ...production,
        smoke,
        process: { ...production.process, startWithin: '5s' },
        health: { ...production.health, within: '5s' },
      },
    },
    agents: {
      driver: agent('driver.mjs'),
      senior: agent('senior.mjs'),
      trio: {
        correctness: reviewer('correctness'),
        security: reviewer('security'),
        requirements: reviewer('requirements'),
      },
      juniors: { first: reviewer('correctness') },
    },
    blueGreen: {
      requirements: 'docs/requirements.md',
      rollbackPlan: 'Blue goes on serving; green is stopped.',
      infrastructure: ['package.json'],
    },
  };
  // YAML takes JSON.
  await writeFile(file, JSON.stringify(changed, undefined, 2));
}

interface Configured {
  readonly checks: Readonly<Record<string, unknown>>;
  readonly environments: Readonly<
    Record<'staging' | 'production', { readonly process: object; readonly health: object }>
  >;
}

/** A branch of main with one of the example's faults. */
export async function branchWith(checkout: string, fault: string): Promise<string> {
  const git = (...args: string[]) => execute('git', args, { cwd: checkout });
  await git('fetch', '--quiet', 'origin');
  await git('checkout', '--quiet', '-B', fault, 'origin/main');
  await plant(fault, checkout);
  await git('push', '--quiet', '--force', 'origin', fault);
  return fault;
}
