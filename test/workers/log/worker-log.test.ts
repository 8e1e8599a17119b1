import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** Processes of their own: the log of a process is installed once, and some of these end by what they do. */
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-log-'));
  file = join(directory, 'deep', 'worker.log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const module = resolve('src/workers/log/worker-log.ts');

async function run(code: string, env: NodeJS.ProcessEnv = {}, stderr: 'pipe' | 'closed' = 'pipe') {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { logTo, logToStderr } from ${JSON.stringify(module)};\n${code}`,
    ],
    { env: { ...process.env, ...env, LOG_FILE: file }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  if (stderr === 'closed') child.stderr.destroy();
  else child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const [exit] = (await once(child, 'close')) as [number | null];
  return { exit, ...said };
}

const parse = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('the last words of a process that ends by an error are in its log, without its secrets', async () => {
  const { exit } = await run(
    `const log = logTo(process.env.LOG_FILE);
     log.info('before');
     setTimeout(() => { throw new Error('a defect with ' + process.env.TEMPORAL_API_KEY); });`,
    { TEMPORAL_API_KEY: 'canary-key-4f6a' },
  );
  expect(exit).not.toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('canary-key');
  expect(parse(text)).toMatchObject([
    { level: 'info', message: 'before' },
    {
      level: 'fatal',
      message: 'the process ends by an error that nobody expected: a defect with [redacted]',
      origin: 'uncaughtException',
      error: { stack: expect.stringContaining('a defect') as string },
    },
  ]);
});

it("what Temporal's runtime holds back is written when the process ends", async () => {
  const { exit } = await run(
    `import { Runtime } from '@temporalio/worker';
     logTo(process.env.LOG_FILE);
     Runtime.instance().logger.warn('held back', { workflowId: 'release/shop/v1', taskQueue: 'q' });
     process.exit(0);`,
  );
  expect(exit).toBe(0);
  const [line] = parse(readFileSync(file, 'utf8'));
  expect(line).toMatchObject({ level: 'warn', message: 'held back', run: 'release/shop/v1' });
  expect(line).not.toHaveProperty('taskQueue');
});

it('a second call in a process changes nothing', async () => {
  await run(
    `const log = logTo(process.env.LOG_FILE);
     console.log(log === logTo(process.env.LOG_FILE + '.other'));
     log.info('once');
     process.exit(0);`,
  );
  expect(parse(readFileSync(file, 'utf8'))).toHaveLength(1);
});

it('is JSON on stderr where no terminal looks on, at the level that is wanted', async () => {
  const { err } = await run(
    `const log = await logToStderr(); log.debug('little'); log.info('some'); log.warn('much'); process.exit(0);`,
    {
      SLUICE_LOG_LEVEL: 'warn',
    },
  );
  expect(parse(err)).toMatchObject([{ level: 'warn', message: 'much' }]);
});

it('a reader of stderr that has gone ends no worker', async () => {
  const { exit, out } = await run(
    `const log = await logToStderr();
     setTimeout(() => { for (let i = 0; i < 100; i += 1) log.info('nobody reads this'); console.log('goes on'); process.exit(0); }, 200);`,
    {},
    'closed',
  );
  expect({ exit, out }).toEqual({ exit: 0, out: 'goes on\n' });
});

it('a setting that can not be understood starts nothing', async () => {
  const child = spawn(
    process.execPath,
    [
      resolve('src/client/cli/main.ts'),
      'worker',
      '--catalog',
      directory,
      '--directory',
      join(directory, 'data'),
    ],
    {
      env: { ...process.env, SLUICE_LOG_LEVEL: 'loud', SLUICE_LOG_SIZE: 'big' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [exit] = (await once(child, 'close')) as [number | null];
  expect(exit).toBe(2);
  expect(said).toContain('SLUICE_LOG_LEVEL is "loud"; write it like debug, info, warn, error or silent');
  expect(said).toContain('SLUICE_LOG_SIZE is "big"; write it like 10MB');
});
