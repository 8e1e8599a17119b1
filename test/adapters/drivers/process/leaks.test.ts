import { request as ask } from 'undici';
import { describe, expect, it } from 'vitest';
import { identify } from '../../../../src/adapters/processes/identity.ts';
import { contextOf, version } from '../support.ts';
import { cleaningUp, processSubject } from '../subject.ts';

const afterTest = cleaningUp();

/** A version whose work is done by a child in a session of its own and without its parent's environment; it says its process id. */
const leaking = (workingIn: string) => `
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
if (process.argv[2]) {
  process.chdir(${JSON.stringify(workingIn)});
  createServer((_, response) => response.end(String(process.pid))).listen(process.argv[2], '127.0.0.1');
} else {
  spawn(process.execPath, ['server.mjs', process.env.PORT], { detached: true, stdio: 'ignore', env: {} }).unref();
  setInterval(() => undefined, 1_000);
}
`;

/** What is stopped is the first version, after which nothing takes traffic. */
async function deployAndStop(server: string) {
  const { product, driver, request } = await processSubject(afterTest, { startWithin: '20s' });
  const one = request(version(product, '1.0.0', { 'server.mjs': server }));
  expect(await driver.deploy(one, contextOf('a'))).toMatchObject({ ok: true });
  const { candidate = '' } = await driver.addresses(one);
  const pid = Number(await (await ask(candidate, { reset: true })).body.text());
  expect(pid).toBeGreaterThan(1);
  const { summary } = await driver.rollback({ ...one, to: undefined }, contextOf('b'));
  return { pid, summary, port: new URL(candidate).port };
}

const runs = (pid: number): boolean => identify(pid) !== undefined;

describe('a child that keeps the port of its version', () => {
  it('is stopped with it, although nothing marks it: it listens there and works in the version’s directory', async () => {
    const { pid, summary } = await deployAndStop(leaking('.'));
    expect(runs(pid)).toBe(false);
    expect(summary).toContain('1.0.0 stopped');
    expect(summary).not.toContain('listens');
  });

  it('is told and left alone where it might be anybody’s', async () => {
    const { pid, summary, port } = await deployAndStop(leaking('/'));
    afterTest(() => process.kill(pid, 'SIGKILL'));
    expect(runs(pid)).toBe(true);
    expect(summary).toContain(`something that it may have left behind still listens on its port ${port}`);
  });
});
