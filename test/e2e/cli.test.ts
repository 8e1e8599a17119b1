import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildShop } from '../../examples/shop/history.js';
import { exampleOf } from '../../src/domain/flows/fields.ts';
import { flowNames, flows, type FlowName } from '../../src/domain/flows/registry.ts';
import { stopServices } from '../../src/workers/embedded.ts';
import { temporalExecutable } from '../support/temporal-programs.ts';
import { freePorts } from '../support/free-ports.ts';

const main = path.join(import.meta.dirname, '../../src/client/cli/main.ts');

/** What is asked of a flow, beside its example, once v0.1.0 is in production, and the run that it would be. */
const wanted: Partial<Record<FlowName, { readonly input: object; readonly run: RegExp }>> = {
  release: { input: { bump: 'minor' }, run: /^release\/shop\/v0\.2\.0$/ },
  rollout: { input: { version: '0.1.0' }, run: /^rollout\/shop\/v0\.1\.0$/ },
  rollback: { input: { reason: 'it is slow' }, run: /^rollback\/shop\/production$/ },
  blueGreen: { input: { ref: 'main' }, run: /^blue-green\/shop\/0\.1\.0-g[0-9a-f]{8}$/ },
};

/** A person with two terminals: `sluice up` in one, commands in the other. */
describe('sluice up and the commands, as a person uses them', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'sluice-cli-'));
  const data = path.join(directory, '.sluice');
  let config = '';
  let checkout = '';
  let production = 0;
  let temporal = '';
  let up: { child: ChildProcess; address: string; ended: Promise<number | null> };

  beforeAll(async () => {
    temporal = await temporalExecutable();
    const [staging = 0, ...more] = await freePorts(2);
    production = more[0] ?? 0;
    ({ checkout, config } = await buildShop({
      directory,
      ports: { staging, production },
      monitor: { for: '2s', every: '500ms' },
    }));
    up = await startUp();
  });

  afterAll(async () => {
    up.child.kill('SIGTERM');
    await up.ended;
    await stopServices(data);
    rmSync(directory, { recursive: true, force: true });
  });

  /** Temporal is found by its file, never by an address of the developer's own. */
  const environment = (address?: string): NodeJS.ProcessEnv => {
    const { TEMPORAL_ADDRESS: _, TEMPORAL_NAMESPACE: __, ...env } = process.env;
    return {
      ...env,
      NO_COLOR: '1',
      TEMPORAL_CLI_PATH: temporal,
      SLUICE_USER: 'carol',
      ...(address ? { TEMPORAL_ADDRESS: address } : {}),
    };
  };

  async function startUp() {
    const child = spawn(process.execPath, [main, 'up', config, '--directory', data, '--json'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const address = await vi.waitFor(
      () => {
        if (child.exitCode !== null) throw new Error(`sluice up ended: ${errors}`);
        return (JSON.parse(output) as { address: string }).address;
      },
      { timeout: 60_000, interval: 200 },
    );
    return { child, address, ended };
  }

  async function sluice(
    ...args: string[]
  ): Promise<{ code: number; document: Record<string, unknown>; text: string; errors: string }> {
    const run = promisify(execFile)(process.execPath, [main, ...args], {
      env: environment(up.address),
      maxBuffer: 64 * 1024 * 1024,
    });
    const { code, stdout, stderr } = await run.then(
      (ok) => ({ code: 0, ...ok }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    const document = args.includes('--json') ? (JSON.parse(stdout) as Record<string, unknown>) : {};
    return { code, document, text: stdout, errors: stderr };
  }

  /** The release that runs is not said to be of what came after it began. */
  async function lacksWhatMainGotSince(): Promise<void> {
    await vi.waitFor(
      async () => expect((await sluice('show', 'shop', '--json')).document).toHaveProperty('commit'),
      { timeout: 60_000, interval: 300 },
    );
    const asked = ['start', 'release', '--product', 'shop', '--yes'];
    const same = await sluice(...asked);
    expect(same).toMatchObject({
      code: 0,
      text: expect.stringContaining('it is made from v0.1.0') as string,
    });
    expect(same.text).not.toContain('lacks');
    const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: checkout });
    await git('commit', '--quiet', '--allow-empty', '-m', 'docs: how prices are rounded');
    await git('push', '--quiet', 'origin', 'main');
    const other = await sluice(...asked, '--wait');
    expect(other.code).toBe(4);
    expect(other.text).toMatch(
      /release\/shop\/v0\.1\.0 is running already[^]*it is made from v0\.1\.0, commit [0-9a-f]{10}; it lacks a change that main has by now:\n {4}- docs: how prices are rounded\n/,
    );
    expect(await sluice(...asked, '--json')).toMatchObject({
      code: 4,
      document: { alreadyRunning: true, beside: { version: '0.1.0', lacking: 1 } },
    });
  }

  /** A worker looks at each of them; one is started. */
  async function startsEveryFlowByItsWholeInput(): Promise<void> {
    const input = (flow: FlowName) =>
      JSON.stringify({
        ...exampleOf(flows[flow].fields),
        product: 'shop',
        by: 'carol',
        ...wanted[flow]?.input,
      });
    for (const flow of flowNames) {
      const preview = ['start', flows[flow].word, '--input', input(flow), '--preview', '--json'];
      expect(await sluice(...preview)).toMatchObject({
        code: 0,
        document: {
          flow,
          product: 'shop',
          run: expect.stringMatching(wanted[flow]?.run ?? new RegExp(`^${flows[flow].word}/shop/`)) as string,
        },
      });
    }
    const run = 'rollout/shop/v0.1.0';
    const started = await sluice('start', 'rollout', '--input', input('rollout'), '--yes', '--json');
    expect(started).toMatchObject({ code: 0, document: { run, alreadyRunning: false } });
    // It was production's already.
    expect(await sluice('wait', run, '--timeout', '1m', '--json')).toMatchObject({
      code: 1,
      document: { run, flow: 'rollout', outcome: 'blocked' },
    });
  }

  it('[RW-1] [RW-4] shows what a release in words would be, and without a terminal starts nothing unasked', async () => {
    const preview = await sluice('start', 'Ship shop to production', '--preview', '--json');
    expect(preview).toMatchObject({ code: 0, document: { product: 'shop', version: '0.1.0' } });
    const unasked = await sluice('start', 'Ship shop to production');
    expect(unasked.code).toBe(2);
    expect(unasked.errors).toContain('--yes');
    expect(await sluice('list', '--json')).toMatchObject({ code: 0 });
    const unknown = await sluice('start', 'Ship shoop to production', '--yes', '--json');
    expect(unknown.code).toBe(2);
    expect(JSON.stringify(unknown.document)).toContain('shop');
  });

  it('[PL-2] [PL-6] [RW-8] releases, from the start in words to the history', async () => {
    const started = await sluice('start', 'Ship shop to production', '--yes', '--json');
    expect(started).toMatchObject({
      code: 0,
      document: { run: 'release/shop/v0.1.0', alreadyRunning: false },
    });
    const again = await sluice('start', 'release', '--product', 'shop', '--yes', '--json');
    expect(again.document).toMatchObject({ run: 'release/shop/v0.1.0', alreadyRunning: true });
    await lacksWhatMainGotSince();

    await vi.waitFor(
      async () => {
        const { document } = await sluice('show', 'shop', '--json');
        expect(document).toMatchObject({ gates: [{ id: 'production', kind: 'approval' }] });
      },
      { timeout: 120_000, interval: 500 },
    );
    expect(await sluice('approve', 'shop', '--yes', '--json')).toMatchObject({
      code: 4,
      document: { error: { code: 'refused' } },
    });
    expect(await sluice('approve', 'shop', '--by', 'mallory', '--yes', '--json')).toMatchObject({ code: 4 });
    const wrong = await sluice('approve', 'shopp', '--by', 'alice', '--yes', '--json');
    expect(wrong.code).toBe(2);

    // Ctrl-C while it waits: the next `up` goes on with what was running.
    up.child.kill('SIGINT');
    expect(await up.ended).toBe(0);
    const { address } = up;
    up = await startUp();
    expect(up.address).toBe(address);
    const second = await sluice('up', config, '--directory', data, '--json');
    expect(second).toMatchObject({
      code: 0,
      document: { address, alreadyRunning: true, pid: up.child.pid },
    });
    expect((await sluice('down', '--directory', data, '--yes')).errors).toContain(
      'sluice up still runs here',
    );

    expect(await sluice('approve', 'shop', '--by', 'alice', '--yes', '--json')).toMatchObject({
      code: 0,
      document: { accepted: true },
    });
    expect(await sluice('wait', 'shop', '--timeout', '2m', '--json')).toMatchObject({
      code: 0,
      document: { outcome: 'succeeded', version: '0.1.0' },
    });
    const late = await sluice('approve', 'release/shop/v0.1.0', '--by', 'alice', '--yes', '--json');
    expect(late).toMatchObject({ code: 4, document: { error: { code: 'refused' } } });
    const history = await sluice('history', '--format', 'markdown');
    expect(history.text).toContain('| Date | Version | Type | Status | Rollback | Notes |');
    expect(history.text).toContain('v0.1.0');
    expect(readFileSync(path.join(data, 'state.yml'), 'utf8')).toMatch(
      /shop:\n {4}phase: production\n {4}version: "?0\.1\.0/,
    );
    const nothing = await sluice('start', 'release', '--product', 'shop', '--yes', '--json');
    expect(nothing.code).toBe(2);
    await startsEveryFlowByItsWholeInput();

    up.child.kill('SIGINT');
    expect(await up.ended).toBe(0);
    const here = (...args: string[]) =>
      promisify(execFile)(process.execPath, [main, ...args], { cwd: directory, env: environment() });
    const alone = await here('history', '--format', 'markdown');
    expect(alone.stdout).toBe(history.text);
    expect(alone.stderr).toContain(`No server runs here; this is what ${path.join(data, 'ledger.db')} says.`);
    const url = `http://127.0.0.1:${production}/version`;
    expect((await fetch(url)).ok).toBe(true);
    expect((await here('down', '--product', 'cart', '--yes')).stdout).toBe('Nothing ran of cart.\n');
    expect((await fetch(url)).ok).toBe(true);
    expect((await here('down', '--yes')).stdout).toContain(`stopped the router on port ${production}`);
    await expect(fetch(url)).rejects.toThrow();
  }, 300_000);
});
