import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteLedger } from '../../../src/adapters/ledger-sqlite/sqlite-ledger.ts';
import type { Report } from '../../../src/domain/report/model.ts';
import { plain, rolledBack } from '../../domain/report/fixture.ts';
import { healthyService } from '../../e2e/support/healthy-service.ts';
import { createTinyProduct } from '../../e2e/support/product.ts';
import { approve, startRelease } from '../../e2e/support/runs.ts';
import type { TestRun } from '../../e2e/support/runs.ts';
import { createWorld } from '../../e2e/support/world.ts';
import type { Ran } from '../support/command.ts';
import { runSluice } from '../support/command.ts';

const world = createWorld('report');
afterAll(() => world.end());

/** Nothing of the machine's own Temporal is used. */
const sluice = (args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Ran> =>
  runSluice(args, { cwd, env: { TEMPORAL_CONFIG_FILE: world.within('temporal.toml'), ...env } });

function directory(name: string): string {
  const path = world.within(name);
  mkdirSync(path, { recursive: true });
  return path;
}

beforeAll(() => writeFileSync(world.within('temporal.toml'), '[profile.default]\n'));

describe('sluice report without a server', () => {
  let home: string;
  beforeAll(async () => {
    home = directory('no-server');
    mkdirSync(join(home, '.sluice'));
    writeFileSync(
      join(home, '.sluice', 'temporal.json'),
      JSON.stringify({ address: '127.0.0.1:2', namespace: 'default' }),
    );
    const ledger = openSqliteLedger(join(home, '.sluice', 'ledger.db'));
    for (const { lines } of [plain(), rolledBack()]) await ledger.append(lines);
    const { run, at } = rolledBack().lines.at(-1)!;
    await ledger.recordDeployment({
      key: 'k',
      run,
      at,
      product: 'shop',
      environment: 'production',
      version: '1.4.0',
      type: 'Release',
      status: 'Rolled back',
      rollback: 'Yes',
      notes: '',
    });
    ledger.close();
  });

  it('writes both files into the current directory, from the ledger there, and says where', async () => {
    const below = directory('no-server/deep');
    const { code, stdout, stderr } = await sluice(['report', 'shop/1.4.0'], below);
    expect([code, stdout.trimEnd().split('\n')]).toEqual([
      0,
      ['wrote report-release-shop-v1.4.0.html', 'wrote report-release-shop-v1.4.0.md'],
    ]);
    expect(stderr).toContain(`this is what ${join(home, '.sluice', 'ledger.db')} says`);
    expect(readdirSync(below).sort()).toEqual([
      'report-release-shop-v1.4.0.html',
      'report-release-shop-v1.4.0.md',
    ]);
    expect(readFileSync(join(below, 'report-release-shop-v1.4.0.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('[PL-2] prints exactly one JSON document with --json, and writes nothing', async () => {
    const empty = directory('no-server/empty');
    const { code, stdout } = await sluice(['report', 'shop', '--json'], empty);
    const report = JSON.parse(stdout) as Report;
    expect([code, report.run, report.outcome, report.source]).toEqual([
      0,
      'release/shop/v1.4.0',
      'rolled-back',
      'ledger',
    ]);
    expect(readdirSync(empty)).toEqual([]);
  });

  it('prints one format, or writes it where it is told to', async () => {
    const printed = await sluice(['report', 'release/shop/v1.3.2', '--format', 'markdown'], home);
    expect(printed.stdout).toMatch(/^# Release of shop v1\.3\.2: succeeded\n/);
    const written = await sluice(['report', 'shop/v1.3.2', '--output', 'out.md', '--json'], home);
    expect(JSON.parse(written.stdout)).toEqual({ run: 'release/shop/v1.3.2', files: [join(home, 'out.md')] });
    expect(readFileSync(join(home, 'out.md'), 'utf8')).toMatch(/^# Release of shop v1\.3\.2/);
  });

  it.each([
    [['shop/v9.9.9'], 'error There is no run shop/v9.9.9; sluice history shows what '],
    [['shop', '--format', 'pdf'], "error option '--format <format>' argument 'pdf' is invalid."],
    [
      ['shop', '--output', 'report.doc'],
      'error say what report.doc shall be: --format html, markdown or json\n',
    ],
    [
      ['shop', '--output', 'nowhere/report.md'],
      "error nowhere/report.md can't be written (ENOENT): say another place with --output FILE\n",
    ],
    [[], "error missing required argument 'run'\n"],
  ])('[PL-2] refuses %j', async (args, message) => {
    const { code, stderr, stdout } = await sluice(['report', ...args], home);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('[PL-2] refuses --json with another format, as JSON', async () => {
    const { code, stdout } = await sluice(['report', 'shop', '--json', '--format', 'html'], home);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      2,
      { error: { message: '--json prints JSON: for html in a file, add --output FILE' } },
    ]);
  });

  it('[PL-2] says what to do where there is neither a server nor a ledger', async () => {
    const { code, stderr } = await sluice(['report', 'shop'], world.root, {
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect([code, stderr]).toEqual([3, expect.stringContaining('No Temporal server answers at 127.0.0.1:1')]);
  });

  it('loads the library of the pictures for pictures only', async () => {
    const hook = `import { registerHooks } from 'node:module';
      let seen = 0;
      registerHooks({ load: (url, context, next) => { if (/node_modules.(vega|d3)/.test(url)) seen += 1; return next(url, context); } });
      process.on('exit', () => process.stderr.write('drawing modules: ' + seen));`;
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(hook)}`;
    for (const args of [['--help'], ['report', '--help'], ['report', 'shop', '--format', 'markdown']])
      expect((await sluice(args, home, { NODE_OPTIONS })).stderr).toMatch(/drawing modules: 0$/);
    expect((await sluice(['report', 'shop', '--format', 'html'], home, { NODE_OPTIONS })).stderr).toMatch(
      /drawing modules: [1-9]\d*$/,
    );
  });
});

describe('sluice report of a run on a server', { timeout: 240_000 }, () => {
  let client: Client;
  let address: string;
  let run: TestRun;
  let home: string;

  beforeAll(async () => {
    home = directory('with-server');
    const url = await healthyService(world);
    const health = { interval: '50ms', within: '20s' };
    const deployed = { url, health, script: { deploy: 'true', rollback: 'true' } };
    const tiny = createTinyProduct({
      directory: world.root,
      name: 'tiny',
      configure: () => ({
        checks: { unit: "echo 'Tests: 12 passed, 12 total'" },
        environments: {
          staging: deployed,
          production: {
            ...deployed,
            approval: { from: ['managers'] },
            monitor: { for: '300ms', every: '100ms' },
          },
        },
      }),
    });
    tiny.commit('fix: a title');
    ({ address } = await world.server());
    client = await world.client(address);
    await world.worker(['worker', address, world.data, tiny.config]);
    run = await startRelease(client, 'tiny', '0.1.0');
    await run.until('wait for approval', ({ gates }) => gates.length > 0);
  });

  const report = async (...args: string[]): Promise<Report> => {
    const { code, stdout, stderr } = await sluice(['report', ...args, '--json'], home, {
      TEMPORAL_ADDRESS: address,
    });
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as Report;
  };

  it('has of one that waits what it waits for, and what was refused a moment ago', async () => {
    await run.decide('approve', { by: 'mallory' });
    const { source, outcome, gates, refused, timeline } = await report('tiny');
    expect([source, outcome]).toEqual(['run', undefined]);
    expect(gates).toMatchObject([{ id: 'production', who: ['alice', 'bob'], votes: [] }]);
    expect(refused).toMatchObject([{ kind: 'approve', by: 'mallory' }]);
    const carriedOut = timeline.bars.filter(({ state }) => state !== 'skipped');
    expect(carriedOut.every(({ from }) => from !== undefined)).toBe(true);
  });

  it('has of one that ended all of it', async () => {
    await approve(run);
    await run.result();
    const { outcome, gates, decisions, refused } = await report('tiny/0.1.0');
    expect(outcome).toBe('succeeded');
    expect(gates).toMatchObject([
      { end: expect.any(String) as string, votes: [{ by: 'alice', choice: 'approve' }] },
    ]);
    expect([decisions.length, refused.length]).toEqual([1, 1]);
  });

  it('has it still when Temporal has forgotten the run, by each of its names', async () => {
    const before = await report('release/tiny/v0.1.0');
    await client.workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: 'release/tiny/v0.1.0' },
    });
    await expect
      .poll(
        () =>
          run.handle.describe().then(
            () => 'there',
            () => 'gone',
          ),
        { timeout: 60_000, interval: 300 },
      )
      .toBe('gone');
    for (const name of ['release/tiny/v0.1.0', 'tiny/0.1.0', 'tiny']) {
      const after = await report(name);
      expect(after).toMatchObject({
        source: 'ledger',
        run: before.run,
        outcome: 'succeeded',
        reason: before.reason,
      });
      expect(after.decisions).toEqual(before.decisions);
      expect(after.gates).toEqual(before.gates);
      expect(after.refused).toEqual(before.refused);
      expect(after.timeline.bars.map(({ step, attempt, state }) => [step, attempt, state]).sort()).toEqual(
        before.timeline.bars.map(({ step, attempt, state }) => [step, attempt, state]).sort(),
      );
    }
  });

  it('[PL-2] answers an unknown run as sluice show does', async () => {
    const env = { TEMPORAL_ADDRESS: address };
    const [shown, reported] = [
      await sluice(['show', 'tny/v7'], home, env),
      await sluice(['report', 'tny/v7'], home, env),
    ];
    expect(reported).toEqual(shown);
    expect(reported.code).toBe(2);
    expect(existsSync(join(home, 'report-tny-v7.html'))).toBe(false);
  });
});
