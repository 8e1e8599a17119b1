import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createContext, createWorld, kill, linesOf, startWorkerProcess } from '../commands/support.ts';
import type { World } from '../commands/support.ts';
import { runCheck } from './support.ts';
import { quietLog } from '../../support/log.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

const put = (name: string, content: string) => writeFileSync(join(world.directory, name), content);
const junit = { format: 'junit', files: 'report.xml' } as const;
/** Prints a file, so that it is written while the command runs. */
const writes = (content: string, name = 'report.xml') => {
  put('prepared', content);
  return `cat prepared >${name}`;
};
const passing = '<testsuite name="s"><testcase name="a"/><testcase name="b"/></testsuite>';
const failing =
  '<testsuite name="cart"><testcase name="adds"/><testcase name="adds twice"><failure message="expected 2&#10;got 1"/></testcase></testsuite>';

describe('[RW-3] a check', () => {
  it('is good where command and report are', async () => {
    const result = await runCheck(world, { run: writes(passing), report: junit });
    expect(result).toMatchObject({
      ok: true,
      passed: 2,
      failed: 0,
      skipped: 0,
      total: 2,
      failures: [],
      summary: '2 of 2 passed',
      attempts: 1,
    });
  });

  it('names the log that has something in it', async () => {
    const { logFile } = await runCheck(world, {
      run: 'echo Traceback >&2; exit 1',
      report: { format: 'plain' },
    });
    expect(linesOf(logFile)).toEqual(['Traceback']);
  });

  it('is bad where the report is, whatever the exit code', async () => {
    const result = await runCheck(world, { run: writes(failing), report: junit });
    expect(result).toMatchObject({
      ok: false,
      passed: 1,
      failed: 1,
      failures: [{ name: 'cart › adds twice', message: 'expected 2' }],
    });
    expect(result.summary).toBe(
      '1 of 2 passed: cart › adds twice failed, although the command exited with 0',
    );
    expect((await runCheck(world, { run: `${writes(failing)}; exit 1`, report: junit })).summary).toBe(
      '1 of 2 passed: cart › adds twice failed',
    );
  });

  it('is bad where the command is, whatever the report', async () => {
    const result = await runCheck(world, { run: `${writes(passing)}; exit 4`, report: junit });
    expect(result).toMatchObject({ ok: false, passed: 2 });
    expect(result.summary).toMatch(/^2 of 2 passed, but the command did not end well: exited with 4/);
  });

  it.each([
    ['missing', 'true', /report does not count: it is missing: no file matches report\.xml in \//],
    ['empty', writesNothing(), /can't be read: \/.*report\.xml: empty$/],
    ['cut off', `echo '<testsuite><testcase name="a">' >report.xml`, /can't be read: .*report\.xml: line \d/],
    ['not XML', 'echo hello >report.xml', /can't be read: .*report\.xml/],
    ['other XML', 'echo "<html></html>" >report.xml', /not a JUnit report/],
    ['binary', 'head -c 5000 /dev/urandom >report.xml', /can't be read: .*report\.xml/],
    ['without tests', `echo '<testsuites></testsuites>' >report.xml`, /it holds no tests: .*report\.xml$/],
    [
      'all skipped',
      `echo '<testsuite><testcase name="a"><skipped/></testcase></testsuite>' >report.xml`,
      /no test ran, all 1 are skipped/,
    ],
    ['a directory', 'mkdir report.xml', /it is missing/],
    ['from an earlier run', 'touch -d "2020-01-01" report.xml', /it is from an earlier run/],
  ])('fails and says so where the report is %s', async (_title, run, summary) => {
    const result = await runCheck(world, { run, report: junit });
    expect(result.ok).toBe(false);
    expect(result.summary).toMatch(summary);
  });

  it('names a command that is not there, one that has no end, and a directory that is missing', async () => {
    expect(await runCheck(world, { run: 'no-such-tool', report: junit, retries: 3 })).toMatchObject({
      ok: false,
      summary: 'command not found: no-such-tool (1 of 4 attempts)',
    });
    expect(await runCheck(world, { run: 'sleep 600', timeout: 200 })).toMatchObject({ ok: false });
    expect((await runCheck(world, { run: 'true', directory: 'gone' })).summary).toMatch(/^no such directory/);
  });

  it('reads several files, and runs in its own directory', async () => {
    mkdirSync(join(world.directory, 'web', 'out', 'deep'), { recursive: true });
    put('web/prepared', passing);
    const run = 'cat prepared >out/TEST-1.xml; cat prepared >out/deep/TEST-2.xml; echo x >out/other.xml';
    const result = await runCheck(world, {
      run,
      directory: 'web',
      report: { format: 'junit', files: 'out/**/TEST-*.xml' },
    });
    expect(result).toMatchObject({ ok: true, total: 4 });
  });

  it('hides secrets that a report holds', async () => {
    const result = await runCheck(world, {
      run: writes('<testsuite><testcase name="hush-hush"><error>hush-hush</error></testcase></testsuite>'),
      report: junit,
    });
    expect(JSON.stringify(result)).not.toContain('hush-hush');
  });
});

function writesNothing() {
  return ': >report.xml';
}

describe('flaky retries', () => {
  const flaky = 'echo x >>tries; [ $(wc -l <tries) -ge 3 ]';

  it('happen only where asked for', async () => {
    expect(await runCheck(world, { run: flaky })).toMatchObject({ ok: false, attempts: 1 });
    expect(linesOf(join(world.directory, 'tries'))).toHaveLength(1);
  });

  it('say how many attempts it took', async () => {
    const good = await runCheck(world, { run: flaky, retries: 5 });
    expect(good).toMatchObject({ ok: true, attempts: 3 });
    expect(good.summary).toMatch(/, on attempt 3 of 6$/);
    expect(await runCheck(world, { run: 'exit 1', retries: 1 })).toMatchObject({
      ok: false,
      attempts: 2,
      summary: expect.stringMatching(/\(2 of 2 attempts\)$/) as string,
    });
  });

  it('[PL-1] are found again by a worker that comes back: no try is run twice or judged by the report of another', async () => {
    put('bad', failing);
    put('good', passing);
    const context = createContext();
    const check = {
      run: `${flaky} && cat good >report.xml || { cat bad >report.xml; false; }`,
      report: junit,
      retries: 5,
    };
    const first = await runCheck(world, check, context);
    expect(first).toMatchObject({ ok: true, attempts: 3, total: 2 });
    expect(await runCheck(world, check, { ...context, attempt: 2 })).toEqual(first);
    expect(linesOf(join(world.directory, 'tries'))).toHaveLength(3);
  });

  it('[PL-1] attempts that one worker makes at the same time get the same result, from one run of the check', async () => {
    const check = { run: `echo x >>ran; ${writes(passing)}`, report: junit };
    const context = createContext();
    const attempts = Array.from({ length: 8 }, (_, index) =>
      runCheck(world, check, { ...context, attempt: index + 1 }),
    );
    const results = await Promise.all(attempts);
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0]).toMatchObject({ ok: true, total: 2 });
    expect(linesOf(join(world.directory, 'ran'))).toHaveLength(1);
    const files = readdirSync(world.directory, { recursive: true }).map(String);
    expect(files.filter((file) => file.includes('check.json'))).toEqual([
      expect.stringMatching(/check\.json$/),
    ]);
  });

  it('[PL-1] a suite goes on while its worker is killed, and ran once', async () => {
    const context = createContext();
    const run = `echo x >>ran; until [ -e go ]; do sleep 0.02; done; ${writes(passing)}`;
    const spec = world.spec(run, { idempotent: true });
    const worker = startWorkerProcess(world, spec, { key: `${context.key}/unit/1` });
    await vi.waitFor(() => expect(linesOf(join(world.directory, 'ran'))).toHaveLength(1), {
      timeout: 10_000,
      interval: 20,
    });
    await kill(worker.child);
    put('go', '');
    expect(await runCheck(world, { run, report: junit }, { ...context, attempt: 2 })).toMatchObject({
      ok: true,
      total: 2,
    });
    expect(linesOf(join(world.directory, 'ran'))).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('[PL-1] a worker that stops gives no check up: its retries are left to the next worker', async () => {
    const controller = new AbortController();
    const check = { run: 'echo x >>ran; [ "$(wc -l <ran)" -ge 2 ]', retries: 1 };
    const key = 'one-check';
    const stopping = runCheck(world, check, {
      key,
      signal: controller.signal,
      // Said of the first try, when it has failed.
      log: { ...quietLog, warn: () => controller.abort(reason) },
    });
    const reason = new CancelledFailure('WORKER_SHUTDOWN');
    await expect(stopping).rejects.toBe(reason);
    expect(await runCheck(world, check, { key })).toMatchObject({ ok: true, attempts: 2 });
    expect(linesOf(join(world.directory, 'ran'))).toHaveLength(2);
  });

  it('ends the check and is not retried', async () => {
    const controller = new AbortController();
    const running = runCheck(
      world,
      { run: 'echo x >>ran; sleep 600', retries: 5 },
      { signal: controller.signal },
    );
    await vi.waitFor(() => expect(linesOf(join(world.directory, 'ran'))).toHaveLength(1), {
      timeout: 10_000,
      interval: 20,
    });
    controller.abort();
    expect(await running).toMatchObject({
      ok: false,
      attempts: 1,
      summary: expect.stringMatching(/^cancelled/) as string,
    });
  });
});
