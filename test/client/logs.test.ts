import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CommandSpec } from '../../src/activities/ports/index.ts';
import { createCommandRunner } from '../../src/adapters/commands/index.ts';
import { openSqliteLedger } from '../../src/adapters/ledger-sqlite/sqlite-ledger.ts';
import { createLog, fileSink } from '../../src/adapters/log/index.ts';
import { logSettings } from '../../src/adapters/log/settings.ts';
import { createSecretResolver } from '../../src/adapters/secrets.ts';
import type { LedgerLine } from '../../src/domain/records/records.ts';
import { logLineOf } from '../../src/domain/run/log-line.ts';
import { quietLog } from '../support/log.ts';
import { beginSluice, runSluice } from './support/command.ts';

const run = 'release/shop/v1.4.0';
const start = Date.parse('2026-03-01T10:00:00.000Z');

/** No server is there: what is shown lies on this host. */
const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', NO_COLOR: '1', TZ: 'UTC' };

let home: string;
let data: string;
let lineCount: number;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-logs-'));
  data = join(home, '.sluice');
  mkdirSync(data);
  lineCount = 0;
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

const begin = (args: readonly string[], more: Record<string, string> = {}) =>
  beginSluice(['logs', '--directory', data, ...args], { cwd: home, env: { ...env, ...more } });

const logs = (args: readonly string[], more?: Record<string, string>) => begin(args, more).done;
const document = async (args: readonly string[], more?: Record<string, string>) => {
  const { code, stdout } = await logs([...args, '--json'], more);
  expect(code).toBe(0);
  return JSON.parse(stdout) as {
    run: string;
    lines: { time: string; source: string; level: string; message: string; step?: string; stream?: string }[];
    elsewhere: { step: string; file: string }[];
    notes: string[];
  };
};

function recorded(kind: string, summary: string, fields: Record<string, unknown> = {}, of = run): LedgerLine {
  lineCount += 1;
  const at = new Date(start + lineCount * 1_000).toISOString();
  return { key: `${of}/one/${lineCount}`, run: of, product: 'shop', at, kind, summary, data: fields };
}

async function keep(...lines: LedgerLine[]): Promise<void> {
  const ledger = openSqliteLedger(join(data, 'ledger.db'));
  await ledger.append(lines);
  ledger.close();
}

/** As a worker logs it: what is recorded, and other lines. */
function logger(settings: Record<string, string> = {}) {
  const log = createLog({ level: 'info', sink: fileSink(join(data, 'worker.log'), logSettings(settings)) });
  return {
    log,
    recorded: (line: LedgerLine) => {
      const { level, message, fields } = logLineOf(line);
      log.at(Date.parse(line.at) + 40, level, message, { run: line.run, flow: 'release', ...fields });
    },
  };
}

/** A command of a run, really carried out. */
async function command(step: string, shell: string, variables: Record<string, string> = {}): Promise<string> {
  const runner = createCommandRunner({
    directory: join(data, 'commands'),
    secrets: createSecretResolver({ env: { ...process.env, CANARY: 'canary-8c1f22' }, baseDirectory: home }),
  });
  const spec: CommandSpec = {
    run: shell,
    directory: home,
    timeout: 20_000,
    idempotent: true,
    pass: [],
    env: variables,
  };
  const { stdoutFile } = await runner.run(spec, {
    run,
    step,
    key: `${run}/one/${step}/1`,
    attempt: 1,
    previous: undefined,
    signal: new AbortController().signal,
    heartbeat: () => undefined,
    log: quietLog,
  });
  return stdoutFile;
}

it('shows what was logged and printed, in order, each line once, over files that were put aside', async () => {
  const worker = logger({ SLUICE_LOG_SIZE: '1kB', SLUICE_LOG_KEEP: '20' });
  const lines = [
    recorded('started', 'Release of shop started by alice'),
    recorded('decision', 'approve by alice', { reason: 'one of one' }),
    recorded('step', 'Deploy: succeeded', {
      step: 'staging.deploy',
      state: 'succeeded',
      summary: '1.4.0 serves',
    }),
    recorded('ended', 'succeeded: released', { outcome: 'succeeded' }),
  ];
  await keep(...lines);
  for (const line of lines) {
    worker.recorded(line);
    worker.recorded({ ...line, run: 'release/other/v1.0.0', summary: 'not of this run' });
  }
  worker.log.at(start + 2_500, 'warn', 'deploy failed: no route', {
    run,
    step: 'staging.deploy',
    attempt: 1,
  });
  const found = await document([run]);
  expect(found.lines.map(({ message }) => message)).toEqual([
    'Release of shop started by alice',
    'approve by alice: one of one',
    'deploy failed: no route',
    'Deploy: succeeded: 1.4.0 serves',
    'succeeded: released',
  ]);
  expect(new Set(found.lines.map(({ source }) => source))).toEqual(new Set(['log']));
  expect(found).toMatchObject({ run, elsewhere: [], notes: [] });
});

it('shows the record where no log has the run, and says so', async () => {
  await keep(
    recorded('started', 'Release of shop started by alice'),
    recorded('ended', 'blocked: not ready', { outcome: 'blocked' }),
  );
  const { code, stdout, stderr } = await logs(['shop/1.4.0']);
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      '── 2026-03-01',
      '10:00:01.000                             Release of shop started by alice',
      '10:00:02.000  !                          blocked: not ready',
      '',
    ].join('\n'),
  );
  expect(stderr).toContain("No worker's log on this host has lines of release/shop/v1.4.0");
});

it("shows what commands printed, without the run's secrets and without what would steer the terminal", async () => {
  const config = join(home, 'sluice.yaml');
  writeFileSync(config, 'environments: { production: { script: { env: { PASSWORD: "env:CANARY" } } } }\n');
  await keep(recorded('started', 'Release of shop started by alice', { file: config }));
  await command(
    'staging.deploy',
    `printf 'login %s\\n' "$PASSWORD"; printf '\\033[2J\\033[31mred\\033[0m\\n   50 %%\\r  100 %% of it'; echo trouble >&2`,
    { PASSWORD: 'env:CANARY' },
  );
  const { stdout } = await logs([run], { CANARY: 'canary-8c1f22' });
  expect(stdout).not.toContain('canary');
  expect(stdout).not.toContain('\u001b');
  expect(
    stdout
      .split('\n')
      .slice(2)
      .map((line) => line.replace(/^\d\d:\S+/, 'TIME')),
  ).toEqual([
    expect.stringMatching(/^── /) as string,
    'TIME    staging.deploy printed (stdout):',
    '              │ login [redacted]',
    '              │ red',
    '              │   100 % of it',
    'TIME    staging.deploy printed (stderr):',
    '              │ trouble',
    '',
  ]);
});

it('shows one step, or all below it, and names those that were probably meant', async () => {
  const step = (id: string) =>
    recorded('step', `${id}: succeeded`, { step: id, state: 'succeeded', summary: 'done' });
  await keep(
    recorded('started', 'begun'),
    step('staging.deploy'),
    step('staging.health'),
    step('production.deploy'),
  );
  const messages = async (wanted: string) =>
    (await document([run, '--step', wanted])).lines.map(({ message }) => message);
  expect(await messages('staging.deploy')).toEqual(['staging.deploy: succeeded: done']);
  expect(await messages('staging')).toHaveLength(2);
  const { code, stderr, stdout } = await logs([run, '--step', 'staging.deply']);
  expect(code).toBe(2);
  expect(stderr).toContain('has no lines of a step staging.deply; did you mean staging.deploy');
  expect(stdout).toBe('');
});

it('says plainly which output lies elsewhere', async () => {
  const file = '/var/lib/sluice/commands/release-shop-v1.4.0/staging.deploy/0123456789abcdef/1/stdout';
  await keep(
    recorded('step', 'Deploy: succeeded', {
      step: 'staging.deploy',
      state: 'succeeded',
      summary: 'ok',
      log: file,
    }),
  );
  const { stderr } = await logs([run]);
  expect(stderr).toContain(
    `The output of staging.deploy is not on this host: it lies in ${file} on its worker's, unless it was removed after 30 days.`,
  );
  expect((await document([run])).elsewhere).toEqual([{ step: 'staging.deploy', file }]);
});

it("a product's name means the run that was heard of last, also without a ledger", async () => {
  const worker = logger();
  worker.recorded(recorded('started', 'the older one', {}, 'release/shop/v1.3.0'));
  worker.recorded(recorded('started', 'the newer one', {}, 'rollback/shop/production/v1.3.0'));
  expect((await document(['shop'])).run).toBe('rollback/shop/production/v1.3.0');
});

it.each([
  ['an unknown run', ['nope'], 2, /There is no run nope in /],
  ['no run', [], 2, /missing required argument 'run'/],
  [
    'another directory',
    ['shop', '--directory', '/nowhere/.sluice'],
    2,
    /there is no directory \/nowhere\/\.sluice/,
  ],
] as const)('%s is refused', async (_what, args, code, said) => {
  const ran = await logs(args);
  expect(ran).toMatchObject({ code, stdout: '' });
  expect(ran.stderr).toMatch(said);
});

it('a server that was named and does not answer is no reason to show what another one did', async () => {
  await keep(recorded('started', 'begun'));
  expect(await runSluice(['logs', run], { cwd: home, env })).toMatchObject({ code: 3 });
});

it('a log that is a directory, and torn lines, are no reason to fail', async () => {
  await keep(recorded('started', 'begun'));
  mkdirSync(join(data, 'worker.log'));
  writeFileSync(
    join(data, 'worker.log.1'),
    `{"run":"${run}","time":"2026-03-01T09:00:00Z","message":"kept"}\n{"run":"${run}","ti`,
  );
  const found = await document([run]);
  expect(found.lines.map(({ message }) => message)).toEqual(['kept', 'begun']);
});

it('follows until the run has ended: what is logged, printed and put aside meanwhile', async () => {
  const worker = logger();
  worker.log.info('queued', { run });
  await command('staging.look', 'echo "early $PASSWORD"', { PASSWORD: 'env:CANARY' });
  const { said, done } = begin([run, '--follow'], { CANARY: 'canary-8c1f22' });
  // Held back until it is known which secrets may be in it.
  await vi.waitFor(() => expect(said.stderr).toContain('No server runs here'), { timeout: 20_000 });
  const config = join(home, 'sluice.yaml');
  writeFileSync(config, 'env: { PASSWORD: "env:CANARY" }\n');
  worker.recorded(recorded('started', 'begun', { file: config }));
  await vi.waitFor(() => expect(said.stdout).toContain('begun'), { timeout: 20_000 });
  renameSync(join(data, 'worker.log'), join(data, 'worker.log.1'));
  appendFileSync(
    join(data, 'worker.log.1'),
    `${JSON.stringify({ time: new Date().toISOString(), level: 'info', run, message: 'just before' })}\n`,
  );
  logger().log.info('just after', { run });
  await command('staging.deploy', 'echo deployed; echo "with $PASSWORD"', { PASSWORD: 'env:CANARY' });
  await vi.waitFor(() => expect(said.stdout).toContain('│ deployed'), { timeout: 20_000 });
  expect(said.stdout).toContain('just before');
  logger().recorded(recorded('ended', 'succeeded: released', { outcome: 'succeeded' }));
  const { code, stdout } = await done;
  expect(code).toBe(0);
  expect(stdout).toContain('│ early [redacted]');
  expect(stdout).toContain('│ with [redacted]');
  expect(stdout).not.toContain('canary');
  for (const text of ['begun', 'just before', 'just after', '│ deployed', 'succeeded: released'])
    expect(stdout.split(text)).toHaveLength(2);
});

it('is left with Ctrl-C; with --json it waits for the end and prints one document', async () => {
  const worker = logger();
  worker.recorded(recorded('started', 'begun'));
  const first = begin([run, '--follow']);
  await vi.waitFor(() => expect(first.said.stdout).toContain('begun'), { timeout: 20_000 });
  first.child.kill('SIGINT');
  expect(await first.done).toMatchObject({
    code: 130,
    stderr: expect.stringContaining('The run goes on') as string,
  });

  const second = begin([run, '--follow', '--json']);
  await vi.waitFor(() => expect(second.said.stderr).toContain('No server runs here'), { timeout: 20_000 });
  worker.recorded(recorded('ended', 'succeeded: released', { outcome: 'succeeded' }));
  const { code, stdout } = await second.done;
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { lines: unknown[] }).lines).toHaveLength(2);
});
