import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/client/index.ts';
import { healthyService } from './support/healthy-service.ts';
import type { TinyProduct } from './support/product.ts';
import { createTinyProduct } from './support/product.ts';
import { approve, startRelease } from './support/runs.ts';
import { createWorld } from './support/world.ts';

/** What workers log, in real processes: of a release, with planted secrets, and where the log can't be written. */
const world = createWorld('logs');
const canaries = {
  CANARY_COMMAND: 'canary-command-51d7',
  CANARY_HOOK: 'http://127.0.0.1:1/canary-hook-90ab',
};
let address: string;
let client: Client;
let tiny: TinyProduct;
let data: string;

beforeAll(async () => {
  const url = await healthyService(world);
  const health = { interval: '100ms', healthyAfter: 2, within: '20s' };
  const deploy = {
    run: 'echo "logged in with $PASSWORD"; echo "deployed $SLUICE_VERSION"',
    env: { PASSWORD: 'env:CANARY_COMMAND' },
  };
  const script = { deploy, rollback: 'true' };
  tiny = createTinyProduct({
    directory: world.root,
    name: 'tiny',
    configure: () => ({
      notifications: [{ slack: 'env:CANARY_HOOK' }],
      environments: {
        staging: { url, health, script },
        production: {
          url,
          health,
          script,
          approval: { from: ['managers'] },
          monitor: { for: '300ms', every: '100ms' },
        },
      },
    }),
  });
  ({ address } = await world.server());
  client = await world.client(address);
  data = world.within('.sluice');
  mkdirSync(data);
}, 120_000);
afterAll(() => world.end());

/** A worker with all roles, whose log is a file, at the server of this test. */
const startWorker = (directory: string, env: NodeJS.ProcessEnv = {}) =>
  world.worker(['embedded', directory, tiny.config], { TEMPORAL_ADDRESS: address, ...canaries, ...env });

function sluice(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, TEMPORAL_ADDRESS: address, ...canaries, NO_COLOR: '1' };
  return new Promise((done) => {
    execFile(
      process.execPath,
      [resolve('src/client/cli/main.ts'), ...args],
      { cwd: world.root, env, maxBuffer: 1e8 },
      (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 99) : 0, stdout, stderr }),
    );
  });
}

const parse = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('logs a release from its beginning to its end, without its secrets, and sluice logs shows it', async () => {
  const worker = await startWorker(data, { SLUICE_LOG_LEVEL: 'debug' });
  const run = await startRelease(client, 'tiny', '0.1.0');
  const followed = sluice('logs', 'tiny', '--follow');
  await approve(run, 'alice', 120_000);
  expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
  const log = join(data, 'worker.log');
  // Delivered by a workflow of its own, which is tried again and again.
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toContain('deliver failed'), {
    timeout: 30_000,
    interval: 200,
  });
  const shown = await sluice('logs', 'tiny', '--json');
  const deploy = await sluice('logs', 'tiny', '--step', 'production.deploy');
  expect(await worker.stop()).toBe(0);

  const text = readFileSync(log, 'utf8');
  for (const canary of ['canary-command', 'canary-hook'])
    expect(text + shown.stdout + deploy.stdout).not.toContain(canary);
  const lines = parse(text).filter((line) => line['run'] === 'release/tiny/v0.1.0');
  const said = (fields: Record<string, unknown>) =>
    expect(lines).toContainEqual(expect.objectContaining(fields));
  const about = { flow: 'release', product: 'tiny', run: 'release/tiny/v0.1.0' };
  said({ ...about, kind: 'started', from: 'workflow', level: 'info' });
  said({ ...about, kind: 'begins', step: 'production.deploy', attempt: 1 });
  said({ ...about, level: 'debug', message: 'deploy begins', step: 'production.deploy' });
  said({
    ...about,
    level: 'info',
    effect: 'deploy',
    step: 'production.deploy',
    environment: 'production',
    ok: true,
  });
  said({ ...about, kind: 'step', step: 'production.deploy', state: 'succeeded' });
  said({ ...about, kind: 'decision', by: 'alice' });
  said({ ...about, kind: 'ended', outcome: 'succeeded' });
  // Once each, although the worker's cache is emptied and runs are replayed.
  const records = lines.flatMap(({ record }) => (typeof record === 'string' ? [record] : []));
  expect(new Set(records).size).toBe(records.length);

  // It was begun in the middle of the run, and ended with it.
  const { code, stdout: live } = await followed;
  expect(code).toBe(0);
  for (const text of ['started by', 'approve by alice', '│ deployed 0.1.0', 'production: begins'])
    expect(live).toContain(text);
  expect(live.split('\n').filter((line) => line.includes('succeeded: '))).not.toEqual([]);
  expect(live).not.toContain('canary');

  expect(shown.code).toBe(0);
  const document = JSON.parse(shown.stdout) as { run: string; lines: { message: string; source: string }[] };
  expect(document.run).toBe('release/tiny/v0.1.0');
  expect(document.lines.filter(({ message }) => message.includes('started by'))).toHaveLength(1);
  expect(new Set(document.lines.map(({ source }) => source))).toEqual(new Set(['log', 'output']));
  expect(deploy.stdout).toContain('│ logged in with [redacted]');
  expect(deploy.stdout).toContain('│ deployed 0.1.0');

  // Without any worker, and then without the log: the files of this host, and the ledger.
  const alone = await sluice('logs', 'tiny/0.1.0', '--json', '--directory', data);
  const messages = (stdout: string) =>
    (JSON.parse(stdout) as typeof document).lines.map(({ message }) => message);
  expect(messages(alone.stdout).slice(0, 20)).toEqual(
    document.lines.map(({ message }) => message).slice(0, 20),
  );
  for (const name of readdirSync(data).filter((each) => each.startsWith('worker.log')))
    rmSync(join(data, name));
  const recorded = await sluice('logs', 'release/tiny/v0.1.0', '--directory', data);
  expect(recorded.stderr).toContain('This is the permanent record');
  expect(recorded.stdout).toContain('succeeded');
}, 240_000);

describe('a log that can not be written', () => {
  const spoiled: [string, (log: string) => void, (directory: string) => void][] = [
    ['a full disk', (log) => symlinkSync('/dev/full', log), () => undefined],
    ['a directory in its place', (log) => mkdirSync(log), () => undefined],
    [
      'a directory that takes its place later',
      () => undefined,
      (directory) => rmSync(join(directory, 'worker.log'), { force: true }),
    ],
  ];
  it.each(spoiled)(
    '%s: the worker goes on, says it once, and ends in seconds',
    async (what, before, later) => {
      const directory = world.within(what.replaceAll(' ', '-'));
      mkdirSync(directory);
      const log = join(directory, 'worker.log');
      before(log);
      const from = existsSync(world.within('worker.log'))
        ? readFileSync(world.within('worker.log'), 'utf8').length
        : 0;
      const said = (): string => readFileSync(world.within('worker.log'), 'utf8').slice(from);
      const worker = await startWorker(directory, { SLUICE_LOG_LEVEL: 'debug' });
      if (what.includes('later')) {
        await vi.waitFor(() => expect(existsSync(log)).toBe(true), { timeout: 10_000 });
        // The worker makes its file anew where it is gone: the directory has to be quicker once.
        await vi.waitFor(
          () => {
            later(directory);
            mkdirSync(log);
          },
          { timeout: 20_000, interval: 1 },
        );
      }
      const asked = await connect({ address });
      try {
        // Each of them is workflows and activities, and lines for the log.
        for (let asks = 0; asks < 5 || !said().includes("can't be written"); asks += 1)
          expect((await asked.products()).map(({ product }) => product)).toEqual(['tiny']);
      } finally {
        await asked.close();
      }
      expect(worker.exit()).toBeNull();
      const began = Date.now();
      expect(await worker.stop()).toBe(0);
      expect(Date.now() - began).toBeLessThan(45_000);
      expect(said().match(/can't be written/g)).toHaveLength(1);
      expect(said()).toMatch(/ENOSPC|EISDIR/);
    },
    120_000,
  );
});
