import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it, vi } from 'vitest';
import { createDriver, createProcessDriver, stopAll } from '../../../src/adapters/drivers/index.ts';
import { createRouterClient } from '../../../src/adapters/router/client.ts';
import { driverContract } from '../../contract/driver.ts';
import { startLoad } from '../router/support.ts';
import { contextOf, runningVersions, version } from './support.ts';
import type { Version } from './support.ts';
import { cleaningUp, processSubject } from './subject.ts';

const afterTest = cleaningUp();

async function createSubject(section: Record<string, unknown> = {}) {
  const subject = await processSubject(afterTest, { startWithin: '10s', drain: '5s', ...section });
  const { product, port, driver, request } = subject;
  const one = version(product, '1.0.0');
  const two = version(product, '2.0.0');
  const broken = version(product, '3.0.0', {
    'server.mjs': 'console.error("out of order"); process.exit(3)',
  });
  return {
    ...subject,
    one,
    two,
    broken,
    served: async () => {
      const response = await fetch(`http://127.0.0.1:${port}`).catch(() => undefined);
      return response?.ok ? response.text() : undefined;
    },
    release: async (wanted: Version, key: string) => {
      const deployed = await driver.deploy(request(wanted), contextOf(`${key}/deploy`));
      const activated = await driver.activate(request(wanted), contextOf(`${key}/activate`));
      expect([deployed.ok, activated.ok], `${deployed.summary}; ${activated.summary}`).toEqual([true, true]);
    },
  };
}

driverContract('process driver', () => createSubject());

describe('the process driver', () => {
  it('[RW-9] switches, rolls back and retires under load without one failed request', async () => {
    const { driver, request, one, two, release, port, directory } = await createSubject();
    await release(one, 'a');
    const load = startLoad(`http://127.0.0.1:${port}`);
    const more = async () => {
      const before = load.answers.length;
      await vi.waitFor(() => expect(load.answers.length).toBeGreaterThan(before + 200), { timeout: 20_000 });
    };
    await more();
    await release(two, 'b');
    await more();
    expect(await driver.rollback({ ...request(two), to: one }, contextOf('c'))).toMatchObject({ ok: true });
    expect(runningVersions(directory)).toHaveLength(1);
    await more();
    await release(two, 'd');
    await more();
    expect(await driver.retire(request(two), contextOf('e'))).toMatchObject({
      ok: true,
      summary: '1.0.0 stopped',
    });
    await more();
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(runningVersions(directory)).toHaveLength(1);
    expect(load.answers.at(-1)?.version).toBe('2.0.0');
  });

  it('moves no traffic before activate, keeps the old version warm after it, and shows metrics of each version', async () => {
    const { driver, request, one, two, release, served, directory } = await createSubject();
    await release(one, 'a');
    await driver.deploy(request(two), contextOf('b'));
    expect(await served()).toBe('1.0.0');
    const { candidate, metrics } = await driver.addresses(request(two));
    expect(await (await fetch(candidate)).text()).toBe('2.0.0');
    expect(await (await fetch(metrics!)).text()).toContain(
      'sluice_router_requests_total{version="1.0.0",slot="blue",code="200"} 1',
    );
    await driver.activate(request(two), contextOf('c'));
    expect(await served()).toBe('2.0.0');
    expect(runningVersions(directory)).toHaveLength(2);
  });

  it('gives a version its context and only the variables that it may see', async () => {
    process.env['SLUICE_TEST_HIDDEN'] = 'hidden';
    process.env['SLUICE_TEST_TOKEN'] = 'a-secret-token';
    const { driver, request, one, environment, options } = await createSubject({
      env: { TOKEN: 'env:SLUICE_TEST_TOKEN', MODE: 'test' },
    });
    await driver.deploy(request(one), contextOf('a'));
    const { candidate } = await driver.addresses(request(one));
    const variables = (await (await fetch(`${candidate}/env`)).json()) as Record<string, string>;
    expect(variables).toMatchObject({
      SLUICE_PRODUCT: 'shop',
      SLUICE_ENVIRONMENT: 'staging',
      SLUICE_VERSION: '1.0.0',
      SLUICE_COMMIT: one.commit,
      SLUICE_SLOT: 'blue',
      TOKEN: 'a-secret-token',
      MODE: 'test',
    });
    expect(variables).not.toHaveProperty('SLUICE_TEST_HIDDEN');
    expect(await readFile(join(options.directory, 'shop/staging/state.json'), 'utf8')).not.toContain(
      'a-secret-token',
    );
    delete process.env['SLUICE_TEST_TOKEN'];
    const bad = {
      ...request(one),
      environment: {
        ...environment,
        process: { ...environment.process!, env: { TOKEN: 'env:SLUICE_TEST_TOKEN' } },
      },
    };
    await driver.rollback({ ...request(one), to: undefined }, contextOf('b'));
    expect(await driver.deploy(bad, contextOf('c'))).toMatchObject({
      ok: false,
      summary: expect.stringContaining('env:SLUICE_TEST_TOKEN is not set') as string,
    });
  });

  it('installs once per version, and says why an install failed', async () => {
    const { driver, request, one, options, environment } = await createSubject({
      install: 'echo installed >> count',
    });
    for (const key of ['a', 'b', 'c'])
      expect(await driver.deploy(request(one), contextOf(key))).toMatchObject({ ok: true });
    const count = join(
      options.directory,
      'shop/staging/versions',
      `1.0.0-${one.commit.slice(0, 12)}`,
      'count',
    );
    expect(await readFile(count, 'utf8')).toBe('installed\n');
    const failing = {
      ...environment,
      process: {
        ...environment.process!,
        install: { ...environment.process!.install!, run: 'echo no network; exit 9' },
      },
    };
    expect(await driver.deploy({ ...request(one), environment: failing }, contextOf('d'))).toMatchObject({
      ok: false,
      tail: 'no network',
      summary: expect.stringContaining('install of 1.0.0') as string,
    });
  });

  it.each([
    [
      'ends at once',
      'console.log("no configuration"); process.exit(3)',
      'with code 3 before it answered',
      'no configuration',
    ],
    [
      'never listens',
      'setInterval(() => undefined, 1000); console.log("thinking")',
      'did not listen on $PORT',
      'thinking',
    ],
    [
      'listens elsewhere',
      'import { createServer } from "node:http"; createServer().listen(0, "127.0.0.1")',
      'and not on $PORT',
      '',
    ],
    [
      'never answers',
      'import { createServer } from "node:net"; createServer(() => undefined).listen(process.env.PORT, "127.0.0.1")',
      'answered no HTTP request',
      '',
    ],
  ])('says so where a version %s', async (_, server, problem, tail) => {
    const { driver, request, product, directory } = await createSubject({ startWithin: '1500ms' });
    const result = await driver.deploy(
      request(version(product, '4.0.0', { 'server.mjs': server })),
      contextOf('a'),
    );
    expect(result).toMatchObject({ ok: false, summary: expect.stringContaining(problem) as string, tail });
    expect(runningVersions(directory)).toEqual([]);
  });

  it('ends a version that ignores SIGTERM, with everything that it forked', async () => {
    const { driver, request, one, options } = await createSubject({
      start: `trap '' TERM; (trap '' TERM; setsid sleep 300) & '${process.execPath}' server.mjs; sleep 300`,
    });
    await driver.deploy(request(one), contextOf('a'));
    const before = Date.now();
    expect(await driver.rollback({ ...request(one), to: undefined }, contextOf('b'))).toMatchObject({
      ok: true,
    });
    expect(Date.now() - before).toBeGreaterThan(9_000);
    expect(runningVersions(options.directory)).toEqual([]);
  });

  it('stops what it started where it is cancelled, and starts it anew when asked again', async () => {
    const { driver, request, product, directory } = await createSubject();
    const slow = version(product, '4.0.0', { 'server.mjs': 'setInterval(() => undefined, 1000)' });
    const cancel = new AbortController();
    const deploying = driver.deploy(request(slow), contextOf('a', cancel.signal));
    await vi.waitFor(() => expect(runningVersions(directory)).toHaveLength(1), { timeout: 10_000 });
    cancel.abort();
    expect(await deploying).toMatchObject({
      ok: false,
      summary: expect.stringContaining('cancelled') as string,
    });
    expect(runningVersions(directory)).toEqual([]);
  });

  it('[PL-1] leaves a start alone where only its worker stops, and the next attempt goes on with it', async () => {
    const { driver, request, product, directory } = await createSubject();
    const slow = version(product, '4.0.0', {
      'server.mjs': `import { existsSync } from 'node:fs';
        import { createServer } from 'node:http';
        const timer = setInterval(() => {
          if (!existsSync('${directory}/go')) return;
          clearInterval(timer);
          createServer((_, response) => response.end('4.0.0')).listen(process.env.PORT, '127.0.0.1');
        }, 20);`,
    });
    const stops = new AbortController();
    const deploying = driver.deploy(request(slow), contextOf('a', stops.signal));
    await vi.waitFor(() => expect(runningVersions(directory)).toHaveLength(1), { timeout: 10_000 });
    const started = runningVersions(directory);
    const reason = new CancelledFailure('WORKER_SHUTDOWN');
    stops.abort(reason);
    await expect(deploying).rejects.toBe(reason);
    expect(runningVersions(directory)).toEqual(started);

    await writeFile(join(directory, 'go'), '');
    expect(await driver.deploy(request(slow), contextOf('a'))).toMatchObject({ ok: true });
    expect(runningVersions(directory)).toEqual(started);
  });

  it('[PL-1] [RW-15] a rollback whose worker stops is gone on with, too', async () => {
    const { driver, request, one, two, release, directory, options, served } = await createSubject();
    await release(one, 'a');
    await release(two, 'b');
    await driver.retire(request(two), contextOf('b/retire'));
    const stops = new AbortController();
    const held = createProcessDriver({
      ...options,
      secrets: {
        ...options.secrets,
        // The moment at which the old version is about to be started again.
        resolveEnv: (env) => {
          stops.abort(new CancelledFailure('WORKER_SHUTDOWN'));
          return options.secrets.resolveEnv(env);
        },
      },
    });
    const back = { ...request(two), to: one };
    await expect(held.rollback(back, contextOf('c', stops.signal))).rejects.toThrow('WORKER_SHUTDOWN');
    expect(await served()).toBe('2.0.0');
    expect(await driver.rollback(back, contextOf('c'))).toMatchObject({ ok: true });
    expect(await served()).toBe('1.0.0');
    expect(runningVersions(directory)).toHaveLength(1);
  });

  it('names a public port that somebody else has, before anything is started', async () => {
    const { driver, request, one, port, directory } = await createSubject();
    const foreign = createServer();
    await new Promise<void>((resolve) => foreign.listen(port, '127.0.0.1', resolve));
    expect(await driver.deploy(request(one), contextOf('a'))).toMatchObject({
      ok: false,
      summary: expect.stringContaining(`port ${port}`) as string,
    });
    expect(runningVersions(directory)).toEqual([]);
    await new Promise((resolve) => foreign.close(resolve));
  });

  it('refuses to activate a version that does not run', async () => {
    const { driver, request, one, two, release, served } = await createSubject();
    await release(one, 'a');
    expect(await driver.activate(request(two), contextOf('b'))).toMatchObject({
      ok: false,
      summary: expect.stringContaining('2.0.0 runs in no slot') as string,
    });
    expect(await served()).toBe('1.0.0');
  });

  it('[RW-15] starts the old version again for a rollback where it no longer runs, and keeps the failed one until then', async () => {
    const { driver, request, one, two, release, served, options } = await createSubject();
    await release(one, 'a');
    await release(two, 'b');
    await driver.retire(request(two), contextOf('c'));
    expect(runningVersions(options.directory)).toHaveLength(1);
    expect(await driver.rollback({ ...request(two), to: one }, contextOf('d'))).toMatchObject({
      ok: true,
      slot: 'blue',
    });
    expect(await served()).toBe('1.0.0');
    const gone = { version: '0.9.0', commit: one.commit };
    const unstartable = {
      ...request(one),
      environment: {
        ...request(one).environment,
        process: { ...request(one).environment.process!, start: 'exit 1' },
      },
    };
    expect(await driver.rollback({ ...unstartable, to: gone }, contextOf('e'))).toMatchObject({
      ok: false,
      summary: expect.stringContaining('nothing was changed') as string,
    });
    expect(await served()).toBe('1.0.0');
  });

  it('[PL-1] brings everything up as recorded after the host was restarted', async () => {
    const { driver, request, one, two, release, served, options } = await createSubject();
    expect(await driver.reconcile('shop', 'staging')).toMatchObject({ ok: true });
    await release(one, 'a');
    await release(two, 'b');
    const router = createRouterClient(join(options.directory, 'shop/staging/router'));
    const { pid } = (await router.running())!;
    for (const victim of [pid, ...runningVersions(options.directory).map((found) => found.pid)])
      process.kill(victim, 'SIGKILL');
    await vi.waitFor(() => expect(runningVersions(options.directory)).toEqual([]));
    expect(await driver.reconcile('shop', 'staging')).toMatchObject({
      ok: true,
      summary: expect.stringContaining('2.0.0 was not running') as string,
    });
    expect(await served()).toBe('2.0.0');
    expect(await driver.reconcile('shop', 'staging')).toMatchObject({
      ok: true,
      summary: expect.stringContaining('2.0.0 serves') as string,
    });
    expect(runningVersions(options.directory)).toHaveLength(1);

    expect((await stopAll(options.directory)).length).toBe(2);
    expect(await stopAll(options.directory)).toEqual([]);
    expect(await served()).toBeUndefined();
    await driver.reconcile('shop', 'staging');
    expect(await served()).toBe('2.0.0');
    expect(await driver.current(request(two), contextOf('c'))).toMatchObject(two);
  });

  it('throws where its state is damaged instead of guessing', async () => {
    const { driver, request, one, release, options } = await createSubject();
    await release(one, 'a');
    const file = join(options.directory, 'shop/staging/state.json');
    const good = await readFile(file, 'utf8');
    await writeFile(file, '{"slots": 3}');
    await expect(driver.deploy(request(one), contextOf('b'))).rejects.toThrow('state.json is damaged');
    await writeFile(file, good);
    expect(existsSync(file)).toBe(true);
  });
});

describe('createDriver', () => {
  it('makes the driver that the environment names', async () => {
    const { options, environment } = await createSubject();
    expect(createDriver(environment, options)).toHaveProperty('reconcile');
    const bare = { ...environment, process: undefined } as unknown as typeof environment;
    expect(() => createDriver(bare, options)).toThrow('names no driver');
  });
});
