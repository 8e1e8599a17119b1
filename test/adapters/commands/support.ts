import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { CommandResult, CommandSpec, EffectContext } from '../../../src/activities/ports/index.ts';
import { createCommandRunner } from '../../../src/adapters/commands/index.ts';
import type { CommandRunnerOptions } from '../../../src/adapters/commands/index.ts';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';
import { quietLog } from '../../support/log.ts';

export interface World {
  /** Where commands run. */
  readonly directory: string;
  /** The data directory. */
  readonly data: string;
  spec(run: string, more?: Partial<CommandSpec>): CommandSpec;
  remove(): Promise<void>;
}

export function createWorld(): World {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-commands-'));
  return {
    directory,
    data: join(directory, 'data'),
    spec: (run, more) => ({ run, directory, timeout: 60_000, idempotent: false, pass: [], env: {}, ...more }),
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export function createRunner(world: World, options: Partial<CommandRunnerOptions> = {}) {
  const secrets = createSecretResolver({ env: { TOKEN: 'tops3cret-value' }, baseDirectory: world.directory });
  return createCommandRunner({ directory: world.data, secrets, ...options });
}

let keys = 0;

export function createContext(more: Partial<EffectContext> = {}): EffectContext {
  keys += 1;
  return {
    run: 'release/shop/v1.4.0',
    step: 'production.deploy',
    key: `release/shop/v1.4.0/${process.pid}/production.deploy/${keys}`,
    attempt: 1,
    previous: undefined,
    signal: new AbortController().signal,
    heartbeat() {},
    log: quietLog,
    ...more,
  };
}

/** A worker of its own that runs one command, and can be killed. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** What `run()` returned there. */
  result(): Promise<CommandResult>;
}

export function startWorkerProcess(
  world: World,
  spec: CommandSpec,
  context: Partial<EffectContext>,
): WorkerProcess {
  const script = fileURLToPath(new URL('worker-process.ts', import.meta.url));
  const request = JSON.stringify({ data: world.data, spec, context });
  const child = spawn(process.execPath, [script, request], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  return { child, result: async () => JSON.parse(await output) as CommandResult };
}

export async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Lines of a file that a command appends to; none where it isn't there yet. */
export function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

/** Processes that still run and are no zombies. */
export function alive(pids: readonly (number | string)[]): readonly number[] {
  return pids.map(Number).filter((pid) => {
    try {
      return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
    } catch {
      return false;
    }
  });
}

/** The supervisor's process id and the directory of the newest execution of the world's only key. */
export function supervisorOf(world: World): { readonly pid: number; readonly execution: string } {
  const claim = readdirSync(world.data, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('/claim'))
    .sort()
    .at(-1);
  if (!claim) throw new Error('there is no claim yet');
  const path = join(world.data, claim);
  const pid = Number(linesOf(path)[0]);
  if (!pid) throw new Error('the claim is empty yet');
  return { pid, execution: join(path, '..', '..') };
}
