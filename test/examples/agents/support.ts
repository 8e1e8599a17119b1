import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { plant } from '../../../examples/agents/faults/index.mjs';
import { buildShop } from '../../../examples/shop/history.js';
import type { AgentResult } from '../../../src/activities/ports/agents.ts';
import { createCommandAgent } from '../../../src/adapters/agents/command-agent.ts';
import { createCommandRunner } from '../../../src/adapters/commands/index.ts';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';
import { freePorts } from '../../support/free-ports.ts';
import { quietLog } from '../../support/log.ts';

const execute = promisify(execFile);
const agents = join(import.meta.dirname, '..', '..', '..', 'examples', 'agents');
const nodeDirectory = dirname(process.execPath);

/** What an agent is told about a failure, as the fix loop sees it. */
export interface Problem {
  readonly step: string;
  readonly summary: string;
  readonly logTail: string;
  readonly findings?: AgentResult['findings'];
}

export interface Checkout {
  readonly directory: string;
  /** The commit of the version that serves. */
  readonly base: string;
  /** The commit with the faults. */
  readonly head: string;
}

/** The example shop, built once for a test file, and agents that run as real processes through the command contract. */
export function exampleAgents() {
  let scratch: string;
  let shop: string;
  let database: string;
  let count = 0;

  beforeAll(async () => {
    scratch = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-agents-')));
    shop = (await buildShop({ directory: join(scratch, 'shop') })).checkout;
    database = join(scratch, 'shop.sqlite');
    await execute(process.execPath, ['scripts/migrate.js'], { cwd: shop, env: { SHOP_DATABASE: database } });
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  const environment = () => ({ PATH: `${nodeDirectory}:${process.env['PATH'] ?? ''}`, HOME: scratch });
  const fresh = (name: string) => join(scratch, `${name}-${(count += 1)}`);
  const git = async (directory: string, ...args: string[]) =>
    (await execute('git', ['-C', directory, ...args])).stdout.trim();

  const clone = async (from: string, name: string): Promise<string> => {
    const directory = fresh(name);
    await execute('git', ['clone', '--quiet', from, directory]);
    return directory;
  };

  return {
    git,
    /** A clone of the shop with faults on top, one commit each. */
    shopWith: async (...faults: readonly string[]): Promise<Checkout> => {
      const directory = await clone(shop, 'work');
      const base = await git(directory, 'rev-parse', 'HEAD');
      for (const fault of faults) await plant(fault, directory);
      return { directory, base, head: await git(directory, 'rev-parse', 'HEAD') };
    },

    /** Asks an agent; its result has been judged as that of every agent. */
    ask: (
      program: string,
      { directory, base }: Pick<Checkout, 'directory' | 'base'>,
      inputs: Readonly<Record<string, unknown>>,
      { env = {}, timeout = 120_000 }: { env?: Record<string, string>; timeout?: number } = {},
    ): Promise<AgentResult> => {
      const secrets = createSecretResolver({ env: environment(), baseDirectory: scratch });
      const commands = createCommandRunner({
        directory: join(scratch, 'runs'),
        secrets,
        parentEnv: environment(),
        soleHost: true,
      });
      const command = {
        run: `exec '${process.execPath}' '${join(agents, program)}'`,
        timeout,
        idempotent: false,
        retries: 0,
        pass: [],
        env: { SHOP_DATABASE: ':memory:', DRIVER_START_WITHIN: '5000', ...env },
      };
      const task = {
        role: 'driver',
        task: 'Do what the phase says.',
        instructions: '',
        product: 'shop',
        inputs: { base, ...inputs },
        workDirectory: directory,
        resultSchema: 'AgentResult' as const,
      };
      return createCommandAgent({ commands, config: { command }, secrets }).run(task, {
        run: 'blue-green/shop/1',
        step: 'fix',
        key: `blue-green/shop/1/fix/${(count += 1)}`,
        attempt: 1,
        previous: undefined,
        signal: new AbortController().signal,
        heartbeat: () => {},
        log: quietLog,
      });
    },

    /** Deploys what is in a checkout, committed or not, somewhere else and looks at its health. Undefined when it is well. */
    deploy: async (
      { directory }: Pick<Checkout, 'directory'>,
      env: Record<string, string> = {},
    ): Promise<Problem | undefined> => {
      const tree = await clone(directory, 'deployed');
      const diff = await execute('git', ['-C', directory, 'diff', 'HEAD']);
      if (diff.stdout) {
        writeFileSync(join(tree, '.diff'), diff.stdout);
        await git(tree, 'apply', '.diff');
      }
      return startAndLook(tree, { ...environment(), SHOP_DATABASE: database, ...env });
    },

    /** Runs the unit tests of a checkout. Undefined when they pass. */
    unitTests: async ({ directory }: Pick<Checkout, 'directory'>): Promise<Problem | undefined> => {
      const ended = await execute('npm', ['run', '--silent', 'test:unit'], {
        cwd: directory,
        env: environment(),
      }).catch((error: { stdout: string; stderr: string }) => ({ ...error, failed: true }));
      if (!('failed' in ended)) return undefined;
      return { step: 'tests.unit', summary: 'unit failed', logTail: ended.stdout.slice(-8_000) };
    },

    changedFiles: async ({ directory }: Checkout) =>
      (await git(directory, 'status', '--porcelain'))
        .split('\n')
        .filter(Boolean)
        .map((line) => line.trim().split(' ').at(-1)),
    readFile: ({ directory }: Checkout, file: string) => readFileSync(join(directory, file), 'utf8'),
  };
}

const within = 5_000;

async function startAndLook(directory: string, env: Record<string, string>): Promise<Problem | undefined> {
  const [port = 0] = await freePorts(1);
  const child = spawn(process.execPath, ['server.js'], {
    cwd: directory,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${port}/health`;
  const problem = (summary: string): Problem => ({
    step: 'deploy.green',
    summary,
    logTail: log.slice(-4_000),
  });
  const deadline = Date.now() + within;
  try {
    while (Date.now() < deadline) {
      const status = await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
        async (response) => (await response.text(), response.status),
        () => undefined,
      );
      if (status === 200) return undefined;
      if (status !== undefined) return problem(`not healthy within 5s: ${url} says HTTP ${status}`);
      const over = await Promise.race([ended, new Promise<'runs'>((go) => setTimeout(go, 50, 'runs'))]);
      if (over !== 'runs')
        return problem(`1.1.0 did not start: it ended with code ${over} before it answered`);
    }
    return problem(`1.1.0 did not start: it did not listen on $PORT (${port}) within 5s`);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}
