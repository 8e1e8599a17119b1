import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { vi } from 'vitest';
import { plant } from '../../../examples/agents/faults/index.mjs';
import { buildShop } from '../../../examples/shop/history.js';
import type { MessageKind } from '../../../src/domain/run/messages.ts';
import type { GateStatus, RunResult, RunStatus } from '../../../src/domain/run/status.ts';
import { taskQueue } from '../../../src/domain/flows/workflow-ids.ts';
import { freePorts } from '../../support/free-ports.ts';
import type { World } from './world.ts';

const execute = promisify(execFile);
const cli = join(import.meta.dirname, '..', '..', '..', 'src', 'client', 'cli', 'main.ts');
const programs = join(import.meta.dirname, '..', '..', '..', 'examples', 'agents');

/** An agent of examples/agents/, as a real program. */
export const agent = (program: string, env: Record<string, string> = {}, timeout = '2m') => ({
  command: {
    run: `exec '${process.execPath}' '${join(programs, program)}'`,
    timeout,
    env: { SHOP_DATABASE: ':memory:', DRIVER_START_WITHIN: '5000', ...env },
  },
});

const reviewer = (focus: string) => agent('reviewer.mjs', { REVIEW_FOCUS: focus });
export const agents = {
  driver: agent('driver.mjs'),
  senior: agent('senior.mjs'),
  trio: {
    correctness: reviewer('correctness'),
    security: reviewer('security'),
    requirements: reviewer('requirements'),
  },
  juniors: { first: reviewer('correctness') },
};

const requirements = {
  'docs/requirements.md': '# Requirements\n\n| id | the shop |\n| --- | --- |\n| R-1 | sells tea |\n',
  'test/unit/requirements.test.js': `import { readdirSync, readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

test('[R-1] sells tea', () => {
  const all = readdirSync('migrations').map((file) => readFileSync(\`migrations/\${file}\`, 'utf8'));
  assert.match(all.join(), /assam/i);
});
`,
};

/** The example shop with requirements, in a repository of its own, and the configuration of its blue/green deployments. */
export async function shopWithAgents(world: World) {
  const shop = await buildShop({ directory: world.within('shop') });
  const git = async (...args: string[]) =>
    (await execute('git', ['-C', shop.checkout, ...args])).stdout.trim();
  // The planted faults change the shop's own tests, so what proves the requirement stands beside them.
  for (const [file, text] of Object.entries(requirements)) {
    mkdirSync(dirname(join(shop.checkout, file)), { recursive: true });
    writeFileSync(join(shop.checkout, file), text);
  }
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'docs: requirements, and the test that proves them');
  await git('push', '--quiet', 'origin', 'main');
  const [staging = 0, production = 0] = await freePorts(2);
  const database = join(shop.data, 'production.sqlite');
  const service = (port: number, file: string) => ({
    start: 'exec node server.js',
    port,
    env: { SHOP_DATABASE: file },
    drain: '2s',
    startWithin: '5s',
  });
  const health = { path: '/health', interval: '100ms', healthyAfter: 2, within: '3s' };
  const configure = (more: object = {}): void => {
    writeFileSync(
      shop.config,
      JSON.stringify({
        product: 'shop',
        repository: { remote: shop.remote },
        checks: {
          unit: {
            run: 'node --test --test-reporter=tap test/unit/*.test.js',
            report: 'tap',
            timeout: '2m',
          },
        },
        people: { groups: { leads: ['alice', 'bob'] } },
        agents,
        environments: {
          staging: { process: service(staging, join(shop.data, 'staging.sqlite')), health },
          production: {
            process: service(production, database),
            health,
            // It buys something from the version that it is told to look at.
            smoke: { run: 'SHOP_URL="$SLUICE_URL" node smoke.js', timeout: '1m' },
            database: {
              backup: { none: 'the migrations of this shop only add' },
              migrate: {
                run: 'node scripts/migrate.js',
                env: { SHOP_DATABASE: database },
                idempotent: true,
              },
              migrations: 'migrations/*.sql',
              restoreOnRollback: 'never',
            },
            approval: { from: ['leads'] },
            monitor: { for: '2s', every: '500ms', maxLatencyRatio: 1_000, minRequests: 1 },
          },
        },
        blueGreen: {
          requirements: 'docs/requirements.md',
          rollbackPlan: 'Blue goes on serving; green is stopped.',
          infrastructure: ['package.json'],
        },
        ...more,
      }),
    );
  };
  configure();
  return {
    ...shop,
    git,
    configure,
    url: `http://127.0.0.1:${production}/products`,
    /** Of the Temporal server, for the command line. */
    address: '',
    /** The real command, in a process of its own and without a terminal. */
    async sluice(...args: readonly string[]) {
      const ran = await execute(process.execPath, [cli, ...args, '--by', 'carol'], {
        cwd: world.root,
        env: { ...process.env, TEMPORAL_ADDRESS: this.address },
      }).then(
        (ok) => ({ code: 0, ...ok }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
      return { code: ran.code, stdout: ran.stdout, stderr: ran.stderr };
    },
    /** A branch of that name, with the faults on top of main. */
    async branch(...faults: readonly string[]): Promise<string> {
      const [name = ''] = faults;
      await git('fetch', '--quiet', 'origin');
      await git('checkout', '--quiet', '-B', name, 'origin/main');
      for (const fault of faults) await plant(fault, shop.checkout);
      await git('push', '--quiet', '--force', 'origin', name);
      return name;
    },
    remoteFile: async (branch: string, file: string): Promise<string> =>
      (await execute('git', ['-C', shop.remote, 'show', `${branch}:${file}`])).stdout,
    readNotes: (result: RunResult): string => {
      const url = result.links?.find(({ title }) => title === 'Deployment notes')?.url ?? '';
      return readFileSync(new URL(url), 'utf8');
    },
  };
}

export async function startBlueGreen(client: Client, id: string, ref?: string) {
  const started = await client.workflow.start('blueGreen', {
    args: [{ product: 'shop', by: 'carol', ...(ref ? { ref } : {}) }],
    taskQueue,
    workflowId: `blue-green/shop/${id}`,
  });
  return { ...steer(client, started.workflowId), firstRunId: started.firstExecutionRunId };
}

/** A run as a test steers it; decisions go by signal. */
export function steer(client: Client, id: string) {
  const handle: WorkflowHandle = client.workflow.getHandle(id);
  const status = () => handle.query<RunStatus>('status');
  const say = (kind: MessageKind, message: Record<string, unknown>) => handle.signal(kind, message);
  const gate = (wanted: string): Promise<GateStatus> =>
    vi.waitFor(
      async () => {
        const now = await status();
        const found = now.gates.find((each) => each.id === wanted);
        if (found) return found;
        const last = now.steps.findLast(({ state }) => state === 'failed');
        throw new Error(
          `${now.outcome ?? now.stage}: ${now.reason}; gates ${now.gates.map((each) => each.id).join(', ')}; failed ${last?.id ?? 'nothing'}: ${last?.summary ?? ''}`,
        );
      },
      { timeout: 90_000, interval: 150 },
    );
  return {
    handle,
    status,
    say,
    gate,
    async approve(which: 'green' | 'production', by = 'alice') {
      const { digest } = await gate(which);
      await say('approve', { by, gate: which, digest });
    },
    result: () => handle.result() as Promise<RunResult>,
  };
}
