import { mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCommandRunner } from '../../src/adapters/commands/index.ts';
import { createSecretResolver } from '../../src/adapters/secrets.ts';
import { housekeeping } from '../../src/workers/housekeeping.ts';
import { quietLog } from '../support/log.ts';

const day = 86_400_000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-house-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A file that was used so many days ago, with its directory. */
function put(days: number, ...parts: string[]): void {
  const file = join(directory, ...parts);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x');
  const then = new Date(Date.now() - days * day);
  utimesSync(file, then, then);
  utimesSync(dirname(file), then, then);
}
const left = (...parts: string[]) => readdirSync(join(directory, ...parts)).sort();
const nothingOpen = () => Promise.resolve(false);
const commit = (digit: string) => digit.repeat(12);

it('removes trees and checkouts that nobody used for a week, except what a script has deployed', async () => {
  put(8, 'trees', 'shop', 'commands', commit('a'), 'file');
  put(6, 'trees', 'shop', 'commands', commit('b'), 'file');
  put(8, 'trees', 'shop', 'commands', 'not-a-tree', 'file');
  put(0, 'trees', 'shop', 'checks', '.removed-1', 'file');
  put(8, 'environments', 'shop', 'production', 'checkouts', commit('a'), 'file');
  put(8, 'environments', 'shop', 'production', 'checkouts', commit('c'), 'file');
  put(8, 'environments', 'shop', 'staging', 'versions', `1.0.0-${commit('a')}`, 'file');
  writeFileSync(
    join(directory, 'environments', 'shop', 'production', 'script.json'),
    JSON.stringify({ current: { version: '1.0.0', commit: 'c'.repeat(40) } }),
  );

  expect(await housekeeping(directory, nothingOpen)).toEqual({
    executions: 0,
    trees: 2,
    backups: 0,
    configurations: 0,
  });
  expect(left('trees', 'shop', 'commands')).toEqual([commit('b'), 'not-a-tree']);
  expect(left('trees', 'shop', 'checks')).toEqual([]);
  expect(left('environments', 'shop', 'production', 'checkouts')).toEqual([commit('c')]);
  expect(left('environments', 'shop', 'staging', 'versions')).toEqual([`1.0.0-${commit('a')}`]);
});

it('removes what agents of a run worked in 30 days later, whatever became of the run', async () => {
  for (const [run, days] of [
    ['a', 31],
    ['b', 29],
  ] as const)
    put(days, 'agents', 'shop', commit(run), 'fix-driver.key');
  put(31, 'agents', 'shop', 'notes', 'file');

  expect(await housekeeping(directory, nothingOpen)).toMatchObject({ trees: 1 });
  expect(left('agents', 'shop')).toEqual([commit('b'), 'notes']);
});

it('removes backups of more than 90 days, but never the newest three of an environment', async () => {
  for (const [name, days] of Object.entries({ a: 91, b: 92, c: 93, d: 94 }))
    put(days, 'backups', 'shop', 'production', `${name}.backup`);
  for (const [name, days] of Object.entries({ a: 1, b: 2, c: 3, d: 89, e: 91 }))
    put(days, 'backups', 'shop', 'staging', `${name}.backup`);
  put(91, 'backups', 'shop', 'staging', 'f.backup.part');
  put(91, 'backups', 'shop', 'staging', 'e.backup.sum');
  put(200, 'backups', 'shop', 'staging', 'README');

  expect(await housekeeping(directory, nothingOpen)).toMatchObject({ backups: 3 });
  expect(left('backups', 'shop', 'production')).toEqual(['a.backup', 'b.backup', 'c.backup']);
  expect(left('backups', 'shop', 'staging')).toEqual([
    'README',
    'a.backup',
    'b.backup',
    'c.backup',
    'd.backup',
  ]);
});

it('removes notes of deployments that were begun 30 days ago and never ended', async () => {
  put(31, 'begun', 'old');
  put(29, 'begun', 'new');
  await housekeeping(directory, nothingOpen);
  expect(left('begun')).toEqual(['new']);
});

it('removes what commands left after 30 days', async () => {
  const runner = createCommandRunner({
    directory: join(directory, 'commands'),
    secrets: createSecretResolver({ env: {}, baseDirectory: directory }),
  });
  await runner.run(
    { run: 'echo done', directory, timeout: 10_000, idempotent: true, pass: [], env: {} },
    {
      run: 'release/shop/v1.0.0',
      step: 'unit',
      key: 'one',
      attempt: 1,
      previous: undefined,
      signal: new AbortController().signal,
      heartbeat() {},
      log: quietLog,
    },
  );
  expect(await housekeeping(directory, nothingOpen, Date.now() + 29 * day)).toMatchObject({ executions: 0 });
  expect(await housekeeping(directory, nothingOpen, Date.now() + 31 * day)).toMatchObject({ executions: 1 });
  expect(left('commands')).toEqual([]);
});

it('has nothing to do where there is nothing yet', async () => {
  expect(await housekeeping(join(directory, 'none'), nothingOpen)).toEqual({
    executions: 0,
    trees: 0,
    backups: 0,
    configurations: 0,
  });
});

it('removes configurations that nobody used for 90 days, unless a run is open that may have frozen one', async () => {
  const [old, lately] = ['a'.repeat(64), 'b'.repeat(64)];
  put(91, 'configurations', `${old}.json`);
  put(89, 'configurations', `${lately}.json`);
  put(91, 'configurations', 'notes.txt');
  const asked: number[] = [];
  const open = (before: number) => {
    asked.push(before);
    return Promise.resolve(true);
  };
  expect(await housekeeping(directory, open)).toMatchObject({ configurations: 0 });
  // What is removed was last used a day before anything that is asked about began.
  expect(Date.now() - 89 * day - asked[0]!).toBeLessThan(60_000);
  expect(left('configurations')).toEqual([`${old}.json`, `${lately}.json`, 'notes.txt']);
  expect(await housekeeping(directory, nothingOpen)).toMatchObject({ configurations: 1 });
  expect(left('configurations')).toEqual([`${lately}.json`, 'notes.txt']);
});

it('keeps them where nobody can say which runs are open', async () => {
  put(91, 'configurations', `${'a'.repeat(64)}.json`);
  await expect(housekeeping(directory, () => Promise.reject(new Error('no server')))).rejects.toThrow();
  expect(left('configurations')).toHaveLength(1);
});
