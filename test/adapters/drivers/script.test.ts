import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createScriptDriver } from '../../../src/adapters/drivers/index.ts';
import { driverContract } from '../../contract/driver.ts';
import { contextOf, createProduct, driverOptions, environmentOf, requestOf, version } from './support.ts';
import { cleaningUp, scratch } from './subject.ts';

const afterTest = cleaningUp();

/** A real web server that shows one file, which the scripts of the product write: the smallest host there is. */
async function createHost(extra: { activate?: boolean; current?: string | false } = {}) {
  const directory = await scratch(afterTest);
  const live = join(directory, 'live');
  const calls = join(directory, 'calls');
  const web = createServer((_, response) => {
    if (!existsSync(live)) return void response.writeHead(503).end();
    readFile(live, 'utf8').then(
      (text) => response.end(text),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(web.address() as { port: number }).port}`;
  afterTest(async () => {
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  });
  const product = createProduct(directory);
  const env = { LIVE: live, CALLS: calls };
  const deploy = `echo "deploy $SLUICE_VERSION over \${SLUICE_PREVIOUS_VERSION:-nothing}" >> "$CALLS"; sh ./deploy.sh`;
  const files = { 'deploy.sh': 'cp VERSION "$LIVE.next"', 'activate.sh': 'mv "$LIVE.next" "$LIVE"' };
  const one = version(product, '1.0.0', files);
  const two = version(product, '2.0.0');
  const broken = version(product, '3.0.0', { 'deploy.sh': 'echo out of order >&2; exit 3' });
  const environment = environmentOf({
    url,
    monitor: { scrape: 'http://127.0.0.1:9/metrics' },
    script: {
      deploy: { run: extra.activate === false ? `${deploy} && sh ./activate.sh` : deploy, env },
      ...(extra.activate === false
        ? {}
        : { activate: { run: 'echo activate >> "$CALLS"; sh ./activate.sh', env } }),
      rollback: {
        run: 'echo "rollback $SLUICE_VERSION to ${SLUICE_PREVIOUS_VERSION:-nothing}" >> "$CALLS"; if [ "$SLUICE_PREVIOUS_VERSION" ]; then printf %s "$SLUICE_PREVIOUS_VERSION" > "$LIVE"; else rm -f "$LIVE"; fi',
        env,
      },
      ...(extra.current === false
        ? {}
        : { current: { run: extra.current ?? 'cat "$LIVE" 2>/dev/null || true', env } }),
    },
  });
  return {
    driver: createScriptDriver(driverOptions(directory)),
    one,
    two,
    broken,
    calls: async () => (await readFile(calls, 'utf8')).trim().split('\n'),
    request: (wanted: typeof one) => requestOf(product, environment, wanted),
    served: async () => {
      const response = await fetch(url);
      return response.ok ? response.text() : undefined;
    },
  };
}

driverContract('script driver', () => createHost());
driverContract('script driver without activate and current', () =>
  createHost({ activate: false, current: false }),
);

describe('the script driver', () => {
  it('tells the scripts what they need, and runs each effect once', async () => {
    const { driver, request, one, two, calls } = await createHost();
    const first = { ...request(two), target: { ...request(two).target, previousVersion: '1.0.0' } };
    for (const key of ['a', 'a']) await driver.deploy(first, contextOf(key));
    for (const key of ['b', 'b']) await driver.rollback({ ...request(two), to: one }, contextOf(key));
    expect(await calls()).toEqual(['deploy 2.0.0 over 1.0.0', 'rollback 2.0.0 to 1.0.0']);
  });

  it('believes what the current command says, and falls back to its record where that fails', async () => {
    const failing = await createHost({ current: 'exit 7' });
    await failing.driver.deploy(failing.request(failing.one), contextOf('a'));
    await failing.driver.activate(failing.request(failing.one), contextOf('b'));
    expect(await failing.driver.current(failing.request(failing.two), contextOf('c'))).toEqual({
      ...failing.one,
      slot: 'script',
    });

    const json = await createHost({ current: `echo noise; echo '{"version":"v9.9.9","commit":"abc"}'` });
    expect(await json.driver.current(json.request(json.one), contextOf('a'))).toMatchObject({
      commit: 'abc',
    });

    const foreign = await createHost({ current: 'echo v9.9.9' });
    expect(await foreign.driver.current(foreign.request(foreign.one), contextOf('a'))).toEqual({
      version: '9.9.9',
      commit: '',
      slot: 'script',
    });
  });

  it('passes on that an outcome is unknown', async () => {
    const { request, one } = await createHost();
    const directory = await scratch(afterTest);
    const options = driverOptions(directory);
    const driver = createScriptDriver({
      ...options,
      git: { ...options.git, export: () => Promise.resolve() },
      commands: {
        run: () =>
          Promise.resolve({
            end: 'unknown',
            exitCode: undefined,
            duration: 0,
            stdoutTail: '',
            stderrTail: '',
            stdoutFile: '',
            stderrFile: '',
            outputs: undefined,
            summary: 'nobody knows',
          }),
      },
    });
    expect(await driver.deploy(request(one), contextOf('a'))).toMatchObject({
      ok: false,
      unknown: true,
      summary: 'deploy of 1.0.0: nobody knows',
    });
    expect(await driver.addresses(request(one))).toMatchObject({ metrics: 'http://127.0.0.1:9/metrics' });
  });
});
