import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createContext, createRunner, createWorld } from './support.ts';
import type { World } from './support.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

describe('a command that ends by itself', () => {
  it('gives exit code, output, times and a sentence', async () => {
    const result = await createRunner(world).run(
      world.spec('echo out; echo err >&2; exit 3'),
      createContext(),
    );
    expect(result).toMatchObject({
      end: 'exited',
      exitCode: 3,
      stdoutTail: 'out',
      stderrTail: 'err',
      outputs: undefined,
    });
    expect(result.summary).toMatch(/^exited with 3 after \d/);
    expect(result.startedAt).toBeGreaterThan(Date.now() - 60_000);
    expect(readFileSync(result.stdoutFile, 'utf8')).toBe('out\n');
    expect(readFileSync(result.stderrFile, 'utf8')).toBe('err\n');
  });

  it.each([
    ['true', 0, /^succeeded after/],
    ['exit 75', 75, /try again later/],
    ['no-such-program --flag', 127, /^command not found: no-such-program$/],
    ['sh -c "also-not-there"', 127, /^command not found: also-not-there$/],
    ['./plain-file', 126, /^not executable: \.\/plain-file$/],
    ['kill -KILL $$', 137, /^ended by SIGKILL/],
    ['if then', 2, /^exited with 2/],
  ])('says what %s means', async (run, exitCode, summary) => {
    writeFileSync(join(world.directory, 'plain-file'), 'x', { mode: 0o600 });
    const result = await createRunner(world).run(world.spec(run), createContext());
    expect(result).toMatchObject({ end: 'exited', exitCode });
    expect(result.summary).toMatch(summary);
  });

  it('reads stdin from the request, and nothing otherwise', async () => {
    const runner = createRunner(world);
    const given = await runner.run(world.spec('cat', { stdin: 'a task\n' }), createContext());
    const none = await runner.run(world.spec('cat; echo end'), createContext());
    expect([given.stdoutTail, none.stdoutTail]).toEqual(['a task', 'end']);
  });

  it('takes a last line that is a JSON object as outputs, and nothing else', async () => {
    const runner = createRunner(world);
    const outputs = async (run: string) => (await runner.run(world.spec(run), createContext())).outputs;
    expect(await outputs(`echo text; echo '{"slot":"green","n":1}'; echo`)).toEqual({ slot: 'green', n: 1 });
    expect(await outputs(`echo '{"slot":"green"}'; echo text`)).toBeUndefined();
    expect(await outputs(`echo '["list"]'`)).toBeUndefined();
    expect(await outputs(`echo '{broken'`)).toBeUndefined();
    expect(await outputs(`printf '{"x":"'; head -c 70000 /dev/zero | tr '\\0' a; echo '"}'`)).toBeUndefined();
    expect(await outputs('true')).toBeUndefined();
  });

  it('leaves a service running that the command started', async () => {
    const result = await createRunner(world).run(world.spec('sleep 60 & echo $!'), createContext());
    const pid = Number(result.stdoutTail);
    expect(result.exitCode).toBe(0);
    expect(() => process.kill(pid, 0)).not.toThrow();
    process.kill(pid, 'SIGKILL');
  });
});

describe('its environment', () => {
  it('is the context, the basics, what is passed and what is configured; nothing else', async () => {
    const parentEnv = {
      PATH: process.env['PATH'],
      HOME: '/home/x',
      LC_TIME: 'C',
      SECRET_OF_THE_WORKER: 'no',
      WANTED: 'yes',
    };
    const target = {
      product: 'shop',
      environment: 'production',
      version: '1.4.0',
      commit: 'c0ffee',
      previousVersion: '1.3.0',
      slot: 'green',
      weight: 10,
    };
    const context = createContext();
    const spec = world.spec('env', {
      target,
      pass: ['WANTED', 'NOT_SET'],
      env: { OWN: '1', SLUICE_STEP: 'forged' },
    });
    const result = await createRunner(world, { parentEnv }).run(spec, context);
    const seen = Object.fromEntries(
      result.stdoutTail.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    delete seen['PWD'];
    delete seen['_'];
    delete seen['SHLVL'];
    expect(seen).toEqual({
      PATH: process.env['PATH'],
      HOME: '/home/x',
      LC_TIME: 'C',
      TERM: 'dumb',
      NO_COLOR: '1',
      WANTED: 'yes',
      OWN: '1',
      SLUICE_RUN: context.run,
      SLUICE_STEP: context.step,
      SLUICE_IDEMPOTENCY_KEY: context.key,
      SLUICE_PRODUCT: 'shop',
      SLUICE_ENVIRONMENT: 'production',
      SLUICE_SLOT: 'green',
      SLUICE_VERSION: '1.4.0',
      SLUICE_COMMIT: 'c0ffee',
      SLUICE_PREVIOUS_VERSION: '1.3.0',
      SLUICE_WEIGHT: '10',
    });
  });

  it('works with a PATH that holds nothing the supervisor could use', async () => {
    const result = await createRunner(world).run(
      world.spec('echo $PATH; ls', { env: { PATH: '/nowhere' } }),
      createContext(),
    );
    expect(result).toMatchObject({ exitCode: 127, stdoutTail: '/nowhere', summary: 'command not found: ls' });
  });

  it('gives secrets to the command only: not to tails, outputs, summary or the disk of the supervisor', async () => {
    const spec = world.spec(`echo "token=$T"; echo "$T" >&2; printf '{"t":"%s"}\\n' "$T"; "$T"`, {
      env: { T: 'env:TOKEN' },
    });
    const result = await createRunner(world).run(spec, createContext());
    expect(result.stdoutTail).toBe('token=[redacted]\n{"t":"[redacted]"}');
    expect(result.outputs).toEqual({ t: '[redacted]' });
    expect(JSON.stringify(result)).not.toContain('tops3cret');
    const files = readdirSync(world.data, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('/state/'),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) expect(readFileSync(join(world.data, name), 'utf8')).not.toContain('tops3cret');
    expect((await stat(join(result.stdoutFile, '..'))).mode & 0o077).toBe(0);
  });
});

describe('a command that cannot be started', () => {
  it.each([
    ['no such directory', { directory: '/no/such/place' }, /^no such directory: \/no\/such\/place$/],
    ['a file for a directory', { directory: '/etc/passwd' }, /^not a directory/],
    ['a secret that is not set', { env: { T: 'env:NOT_THERE' } }, /^env:NOT_THERE is not set/],
    ['a NUL in its line', { run: 'echo \0' }, /NUL/],
    ['a NUL in a variable', { env: { T: 'hush\0hush' } }, /NUL/],
    ['a line of a megabyte', { run: `: ${'x'.repeat(1024 * 1024)}` }, /too long/],
  ])('says why: %s', async (_title, more, summary) => {
    const result = await createRunner(world).run(world.spec('echo ran >ran', more), createContext());
    expect(result).toMatchObject({ end: 'not-started', exitCode: undefined });
    expect(result.summary).toMatch(summary);
    expect(result.summary).not.toContain('hush');
    expect(readdirSync(world.directory)).not.toContain('ran');
  });

  it('is started by a later attempt once the reason is gone', async () => {
    const context = createContext();
    const spec = world.spec('echo ran', { directory: join(world.directory, 'later') });
    expect((await createRunner(world).run(spec, context)).end).toBe('not-started');
    mkdirSync(spec.directory);
    expect(await createRunner(world).run(spec, context)).toMatchObject({ end: 'exited', stdoutTail: 'ran' });
  });
});

describe('output of any size and kind', () => {
  it('keeps 100 MB in its file and a tail of 4 KB', async () => {
    const before = process.memoryUsage().rss;
    const result = await createRunner(world).run(
      world.spec('yes 0123456789012345678 | head -c 100000000; echo end'),
      createContext(),
    );
    expect((await stat(result.stdoutFile)).size).toBe(100_000_004);
    expect(Buffer.byteLength(result.stdoutTail)).toBeLessThanOrEqual(4096);
    expect(result.stdoutTail.endsWith('\nend')).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  it('stops a command that prints without end', async () => {
    const runner = createRunner(world, { outputLimit: 1024 * 1024 });
    const result = await runner.run(world.spec('trap "exit 0" TERM; yes >&2'), createContext());
    expect(result.end).toBe('exited');
    expect(result.exitCode).not.toBe(0);
    expect(result.summary).toMatch(/^printed more than 1 MiB to stderr/);
  });

  it('replaces invalid UTF-8 and strips escapes', async () => {
    const result = await createRunner(world).run(
      world.spec(`printf 'a\\377\\376b \\033[31mred\\033[0m 10%%\\r20%%\\r\\n\\000end'`),
      createContext(),
    );
    expect(result.stdoutTail).toBe('20%\nend');
  });
});
