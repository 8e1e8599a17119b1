import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildShop } from '../../examples/shop/history.js';
import type { ExampleShop } from '../../examples/shop/history.js';
import { productSchema } from '../../src/domain/config/schema.ts';

const execute = promisify(execFile);
const traffic = join(import.meta.dirname, '..', '..', 'examples', 'shop', 'traffic.js');
const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;

const scratch = mkdtempSync(join(tmpdir(), 'sluice-shop-'));
const running = new Set<ChildProcess>();
let shop: ExampleShop;
let buildTime: number;
/** Exported trees, as Sluice makes them: no .git, nothing beside the commit's files. */
let first: string;
let bad: string;
let fixed: string;

beforeAll(async () => {
  const started = performance.now();
  shop = await buildShop({ directory: join(scratch, 'first'), ports: { staging: 5100, production: 5200 } });
  buildTime = performance.now() - started;
  first = await exportTree(shop.head);
  bad = await exportTree((await shop.addBadVersion()).head);
  fixed = await exportTree((await shop.addFix()).head);
});

afterEach(async () => {
  for (const child of running) await stop(child);
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const git = async (...args: string[]): Promise<string> =>
  (await execute('git', ['-C', shop.checkout, ...args])).stdout.trim();

async function exportTree(commit: string): Promise<string> {
  const directory = join(scratch, commit);
  await execute('sh', [
    '-c',
    `mkdir "$1" && git -C "$2" archive "$3" | tar x -C "$1"`,
    'sh',
    directory,
    shop.checkout,
    commit,
  ]);
  return directory;
}

/** Runs a shell line as a release does: in the tree, with only the variables that it is given. */
async function run(directory: string, line: string, env: Record<string, string> = {}) {
  const child = execute('sh', ['-c', line], { cwd: directory, env: { PATH: path, HOME: scratch, ...env } });
  const { stdout } = await child;
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return { stdout, outputs: (last.startsWith('{') ? JSON.parse(last) : {}) as Record<string, unknown> };
}

async function serve(
  directory: string,
  env: Record<string, string>,
): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn('sh', ['-c', 'exec node server.js'], {
    cwd: directory,
    env: { PATH: path, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.add(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url: /http:\S+/.exec(line)?.[0] ?? '', child };
}

async function stop(child: ChildProcess): Promise<number | null> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  return ((await exited) as [number | null])[0];
}

async function call(url: string, method: string, route: string, body?: unknown) {
  const response = await fetch(new URL(route, url), {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

async function buy(url: string, voucher?: string) {
  const cart = await call(url, 'POST', '/cart', { product: 'assam' });
  return call(url, 'POST', '/checkout', { cart: cart.json['id'], email: 'ada@shop.example', voucher });
}

const production = (name: string) => ({
  SHOP_DATABASE: join(scratch, name, 'production.sqlite'),
  SHOP_PAYMENTS: 'live',
  SHOP_MERCHANT: 'corner-shop',
});

const testing = (name: string) => ({ SHOP_DATABASE: join(scratch, name, 'staging.sqlite') });

describe('the history', () => {
  it('is a believable one, on a remote, without a tag, in less than three seconds', async () => {
    expect(buildTime).toBeLessThan(3_000);
    const log = (await git('log', '--format=%s', shop.head)).split('\n');
    expect(log.length).toBeGreaterThan(10);
    for (const subject of log)
      expect(subject).toMatch(/^(feat|fix|docs|test|refactor|chore)(\([a-z]+\))?: .+/);
    expect(new Set((await git('log', '--format=%ae', shop.head)).split('\n')).size).toBeGreaterThan(3);
    expect(await git('tag')).toBe('');
    expect(await git('ls-remote', '--heads', shop.remote, 'main')).toContain(await git('rev-parse', 'HEAD'));
    expect(await git('status', '--porcelain')).toBe('');
  });

  it('has the same commits every time, and refuses a directory that holds one', async () => {
    const again = await buildShop({ directory: join(scratch, 'again') });
    expect(again.head).toBe(shop.head);
    await expect(buildShop({ directory: join(scratch, 'again') })).rejects.toThrow(/exists already/);
  });

  it('goes on from what a release has merged meanwhile', async () => {
    const other = await buildShop({ directory: join(scratch, 'moved') });
    const clone = join(scratch, 'moved', 'clone');
    await execute('git', ['clone', '--quiet', other.remote, clone]);
    const release = [
      '-c',
      'user.name=r',
      '-c',
      'user.email=r@shop.example',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'chore(release): v1.0.0',
    ];
    await execute('git', ['-C', clone, ...release]);
    await execute('git', ['-C', clone, 'push', '--quiet', 'origin', 'main']);
    const { head, commits } = await other.addBadVersion();
    expect(commits).toContain('feat(vouchers): take a voucher at checkout (#19)');
    const { stdout } = await execute('git', ['-C', other.remote, 'log', '--format=%H %s', 'main']);
    expect(stdout.split('\n')[0]).toContain(head);
    expect(stdout).toContain('chore(release): v1.0.0');
  });
});

describe('sluice.yaml', () => {
  it.each([
    ['of the example', () => join(dirname(traffic), 'sluice.yaml')],
    ['that the builder writes', () => shop.config],
  ])('%s fits the schema', (_, file) => {
    const { environments, repository } = productSchema.parse(parse(readFileSync(file(), 'utf8')));
    expect(Object.keys(environments)).toEqual(['staging', 'production']);
    expect(environments['production']?.monitor).toMatchObject({ for: 10_000, every: 1_000 });
    expect(environments['production']?.database?.restoreOnRollback).toBe('if-migrated');
    expect(repository.remote).toBe('origin');
  });

  it('gets the ports, paths and times of the shop that was built, swapped ports too', async () => {
    const directory = join(scratch, 'a "quoted": directory');
    const { config } = await buildShop({
      directory,
      ports: { staging: 4200, production: 4100 },
      monitor: { for: '5s', every: '500ms' },
    });
    const { environments, repository } = productSchema.parse(parse(readFileSync(config, 'utf8')));
    const { staging, production: live } = environments;
    expect([staging?.process?.port, live?.process?.port]).toEqual([4200, 4100]);
    expect(live?.smoke?.[0]?.env['SHOP_URL']).toBe('http://127.0.0.1:4100');
    expect(live?.monitor).toMatchObject({ for: 5_000, every: 500 });
    const database = join(directory, 'data', 'production.sqlite');
    const commands = [
      live?.process,
      live?.database?.backup,
      live?.database?.verifyBackup,
      live?.database?.migrate,
      live?.database?.restore,
    ];
    expect(commands.map((command) => command?.env['SHOP_DATABASE'])).toEqual(commands.map(() => database));
    expect(existsSync(join(dirname(config), repository.path ?? '', 'package.json'))).toBe(true);
  });
});

describe('the checks of sluice.yaml', () => {
  const checks = ['unit', 'integration', 'e2e', 'smoke', 'performance'] as const;

  it.each(checks)('%s passes on every version', async (name) => {
    const check = productSchema.parse(parse(readFileSync(shop.config, 'utf8'))).checks[name];
    for (const tree of [first, bad, fixed]) {
      const { stdout } = await run(tree, check?.run ?? 'false', check?.env);
      const report = check?.report;
      if (report?.format === 'tap') expect(stdout).toMatch(/^TAP version 13\n[^]*\n# fail 0\n/);
      if (report?.files)
        expect(readFileSync(join(tree, report.files), 'utf8')).toMatch(/<testsuites>[^]*<testcase /);
    }
  });
});

describe('the first version', () => {
  it('waits for its migrations, serves, and stops on SIGTERM', async () => {
    const env = production('stops');
    const { url, child } = await serve(first, env);
    expect(await call(url, 'GET', '/health')).toMatchObject({
      status: 503,
      json: { reason: 'waiting for the migration 0001_shop, 0002_payments' },
    });
    expect((await run(first, 'node scripts/migrate.js', env)).outputs).toEqual({
      applied: ['0001_shop', '0002_payments'],
    });
    expect((await run(first, 'node scripts/migrate.js', env)).outputs).toEqual({ applied: [] });
    expect((await call(url, 'GET', '/health')).status).toBe(200);
    expect((await run(first, 'node smoke.js', { SHOP_URL: url })).stdout).toContain('Bought');
    await expect(run(first, 'node smoke.js', { SHOP_URL: url, SLUICE_VERSION: '9.9.9' })).rejects.toThrow(
      'instead of 9.9.9',
    );
    expect(await stop(child)).toBe(0);
    await expect(run(first, 'node smoke.js', { SHOP_URL: url })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the bad version', () => {
  it('holds on staging', async () => {
    const env = testing('staging');
    await run(bad, 'node scripts/migrate.js', env);
    const { url } = await serve(bad, env);
    await run(bad, 'node smoke.js', { SHOP_URL: url });
    expect((await buy(url)).status).toBe(201);
    expect((await buy(url, 'WELCOME10')).json).toMatchObject({ total: 801, discount: 89 });
    expect(await shareOfFailures(url)).toBe(0);
  });

  it('fails with production settings, past health and smoke, for more than 5 % of requests; the fix does not', async () => {
    const env = production('fails');
    await run(bad, 'node scripts/migrate.js', env);
    const { url } = await serve(bad, env);
    expect((await call(url, 'GET', '/health')).status).toBe(200);
    await run(bad, 'node smoke.js', { SHOP_URL: url });
    expect((await buy(url)).status).toBe(500);
    expect(await shareOfFailures(url)).toBeGreaterThan(0.05);
    const mended = await serve(fixed, env);
    expect((await buy(mended.url)).status).toBe(201);
    expect(await shareOfFailures(mended.url)).toBe(0);
  });
});

describe('a rollback', () => {
  it('restores the database under the running old version, while visitors come', async () => {
    const env = {
      ...production('rollback'),
      SLUICE_BACKUP: join(scratch, 'rollback', 'backup.sqlite'),
      SLUICE_IDEMPOTENCY_KEY: 'run/1',
    };
    await run(first, 'node scripts/migrate.js', env);
    const old = await serve(first, env);
    const kept = await buy(old.url);
    await run(bad, 'node scripts/backup.js', env);
    expect((await run(bad, 'node scripts/verify-backup.js', env)).outputs).toMatchObject({ verified: true });
    expect((await run(bad, 'node scripts/migrate.js', env)).outputs).toEqual({ applied: ['0003_vouchers'] });
    const lost = await buy(old.url);
    expect(lost.status, 'the old version works on the migrated database').toBe(201);

    const stock = await stockLeft(old.url);
    const visitors = startTraffic(old.url, 200);
    await expect.poll(() => stockLeft(old.url)).toBeLessThan(stock);
    const { outputs } = await run(first, 'node scripts/restore.js', env);
    expect(outputs).toMatchObject({ restored: true });
    const summary = await visitors();

    expect(summary).toMatchObject({ failed: 0 });
    expect(summary['sent']).toBeGreaterThan(0);
    expect(await call(old.url, 'GET', '/health')).toMatchObject({
      status: 200,
      json: { migration: '0002_payments' },
    });
    expect((await call(old.url, 'GET', `/orders/${String(kept.json['id'])}`)).json).toEqual(kept.json);
    expect((await call(old.url, 'GET', `/orders/${String(lost.json['id'])}`)).status).toBe(404);
    expect((await buy(old.url)).status).toBe(201);
    expect((await run(bad, 'node scripts/migrate.js', env)).outputs).toEqual({ applied: ['0003_vouchers'] });
  });

  it('takes up a restore that was killed, with nothing half restored', async () => {
    const env = { ...testing('killed'), SLUICE_BACKUP: join(scratch, 'killed', 'backup.sqlite') };
    await run(first, 'node scripts/migrate.js', env);
    await run(first, 'node scripts/backup.js', env);
    await run(bad, 'node scripts/migrate.js', env);
    const { url } = await serve(first, env);
    for (const delay of [20, 40, 60, 80, 100, 120]) {
      await run(
        first,
        `timeout -s KILL 0.${String(delay).padStart(3, '0')} node scripts/restore.js || true`,
        env,
      );
      expect((await call(url, 'GET', '/health')).status).toBe(200);
    }
    await run(first, 'node scripts/restore.js', env);
    expect((await call(url, 'GET', '/health')).json).toMatchObject({
      migration: '0002_payments',
      products: 6,
    });
  });
});

describe('traffic', () => {
  it.each([
    ['no address', ''],
    ['an address that is none', '--url nowhere'],
    ['no rate', '--url http://127.0.0.1:1 --rate 0'],
    ['an unknown option', '--url http://127.0.0.1:1 --speed 3'],
  ])('refuses %s', async (_, options) => {
    await expect(run(scratch, `node '${traffic}' ${options}`)).rejects.toMatchObject({ code: 2 });
  });

  it('counts what it could not reach', async () => {
    const { url, child } = await serve(first, production('gone'));
    await stop(child);
    const { outputs } = await run(scratch, `node '${traffic}' --url ${url} --rate 50 --seconds 0.3`);
    expect(outputs).toMatchObject({ ok: 0, failures: { ECONNREFUSED: outputs['sent'] } });
  });
});

async function stockLeft(url: string): Promise<number> {
  const { products } = (await call(url, 'GET', '/products')).json as { products: { stock: number }[] };
  return products.reduce((sum, { stock }) => sum + stock, 0);
}

/** Sends visitors; what it returns stops them with SIGTERM and gives the summary. */
function startTraffic(url: string, rate: number): () => Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, [traffic, '--url', url, '--rate', String(rate)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const summary = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  return async () => {
    expect(await stop(child)).toBe(0);
    return JSON.parse((await summary)[0]) as Record<string, unknown>;
  };
}

/** Of more than fifty requests, however long a busy machine takes for them. */
async function shareOfFailures(url: string): Promise<number> {
  let [sent, failed] = [0, 0];
  while (sent <= 50) {
    const { outputs } = await run(scratch, `node '${traffic}' --url ${url} --rate 100 --seconds 1`);
    const seen = outputs as { sent: number; failed: number };
    sent += seen.sent;
    failed += seen.failed;
  }
  return failed / sent;
}
