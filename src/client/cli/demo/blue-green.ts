import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { plant as Plant } from '../../../../examples/agents/faults/index.mjs';
import { formatDuration } from '../../../domain/text/time.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { sendTraffic } from './example.ts';
import type { DemoOptions } from './stage.ts';
import { attended, heading, onStage } from './stage.ts';

const execute = promisify(execFile);
const agentFile = (name: string): URL => new URL(`../../../../examples/agents/${name}`, import.meta.url);

/**
 * `sluice demo blue-green`: versions are put beside the one that serves, mended and reviewed there by agents, and promoted by people. One
 * is broken and gets mended; one is a danger and never gets there.
 */
export async function blueGreenDemo(io: Io, options: DemoOptions): Promise<number> {
  const started = Date.now();
  const { plant } = (await import(agentFile('faults/index.mjs').href)) as { plant: typeof Plant };
  return onStage(
    io,
    options,
    async ({ checkout, config }) => {
      await addRequirements(checkout);
      await configure(config);
    },
    async (stage) => {
      const { sluice } = stage;
      const { checkout } = stage.shop;
      let customers: ReturnType<typeof sendTraffic> | undefined;
      stage.onEnd(async () => customers?.stop().catch(() => undefined));
      const deploy = async (ref: string) => {
        const { run } = await sluice.startBlueGreen({ product: 'shop', ref, by: 'carol' });
        io.say('');
        return attended(stage, run, () => {
          customers ??= sendTraffic(stage.production);
        });
      };

      heading(io, 'The first version: deployed, tested, reviewed by agents, promoted by people');
      const first = await deploy('main');

      heading(io, 'A version that ends as soon as it starts: the driver mends it beside blue');
      const second = await deploy(await branchWith(checkout, 'wrong-module', plant));

      heading(io, 'A version with a door for strangers: the review sends it back');
      const third = await deploy(await branchWith(checkout, 'insecure', plant));

      const traffic = (await customers?.stop()) ?? { ok: 0, failed: 0 };
      io.say('');
      io.say(`  customers    ${traffic.ok} requests went well, ${traffic.failed} failed`);
      io.say(`  production   ${await (await fetch(`${stage.production}/version`)).text()}`);
      io.say('');
      io.say(
        io.paint.faint(`  That took ${formatDuration(Date.now() - started)}. docs/blue-green.md says more.`),
      );
      io.result({ first, second, third }, '');
      const ok =
        first.outcome === 'succeeded' &&
        second.outcome === 'succeeded' &&
        third.outcome === 'returned-to-development' &&
        traffic.failed === 0;
      return ok ? exitCodes.done : exitCodes.notSucceeded;
    },
  );
}

/** What a review is held against: the requirements, and a test that names them. */
async function addRequirements(checkout: string): Promise<void> {
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
async function configure(file: string): Promise<void> {
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

async function branchWith(checkout: string, fault: string, plant: typeof Plant): Promise<string> {
  const git = (...args: string[]) => execute('git', args, { cwd: checkout });
  await git('fetch', '--quiet', 'origin');
  await git('checkout', '--quiet', '-B', fault, 'origin/main');
  await plant(fault, checkout);
  await git('push', '--quiet', '--force', 'origin', fault);
  return fault;
}
