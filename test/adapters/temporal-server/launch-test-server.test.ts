import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { identify } from '../../../src/adapters/processes/identity.ts';
import { launchTestServer } from '../../../src/adapters/temporal-server/index.ts';
import { hasClasses, keepClasses } from '../../../src/adapters/temporal-server/launch-test-server.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-launch-test-server-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A program in Node that knows its directory as `home`. */
async function program(name: string, code: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(
    path,
    `#!${process.execPath}\nconst home = ${JSON.stringify(directory)};\nconst fs = require('node:fs');\n${code}`,
    { mode: 0o755 },
  );
  return path;
}

const listens = `require('node:net').createServer((socket) => socket.end()).listen(Number(process.argv[2]), '127.0.0.1')`;

describe('the time-skipping server', () => {
  it('is waited for until it answers, however long its start takes', async () => {
    const late = await program(
      'late',
      `fs.writeFileSync(home + '/begun', '');
       const wait = () => (fs.existsSync(home + '/go') ? ${listens} : setTimeout(wait, 10));
       wait();`,
    );
    let there = false;
    const launched = launchTestServer(late).finally(() => (there = true));
    await vi.waitFor(() => expect(existsSync(join(directory, 'begun'))).toBe(true), 20_000);
    expect(there).toBe(false);
    await writeFile(join(directory, 'go'), '');
    const server = await launched;
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
    await server.stop();
  });

  it('is gone with all that it started once it is stopped', async () => {
    const parent = await program(
      'parent',
      `const child = require('node:child_process').spawn('sleep', ['1000']);
       fs.writeFileSync(home + '/pids', process.pid + ' ' + child.pid);
       ${listens}`,
    );
    const server = await launchTestServer(parent);
    const pids = (await readFile(join(directory, 'pids'), 'utf8')).split(' ').map(Number);
    expect(pids.filter(runs)).toEqual(pids);
    await server.stop();
    await vi.waitFor(() => expect(pids.filter(runs)).toEqual([]), 5_000);
    await server.stop();
  });

  it('is told no secret of this process', async () => {
    vi.stubEnv('PAGER_TOKEN', 'canary');
    const teller = await program(
      'teller',
      `fs.writeFileSync(home + '/env', JSON.stringify(process.env)); ${listens}`,
    );
    const server = await launchTestServer(teller);
    vi.unstubAllEnvs();
    await server.stop();
    const told = await readFile(join(directory, 'env'), 'utf8');
    expect(told).toContain('PATH');
    expect(told).not.toContain('canary');
  });

  it.each([
    ['keeps', "fs.writeFileSync(/AtExit='(.*)'/.exec(options)[1], 'classes')", true],
    ['does not keep', '', false],
  ])('starts with its classes where Java %s them, and is asked for them once', async (_, atExit, kept) => {
    const place = `java-${kept}`;
    await mkdir(join(directory, place));
    const java = await program(
      join(place, 'run'),
      `const options = process.env.JAVA_TOOL_OPTIONS;
       fs.appendFileSync(home + '/${place}/options', options + '\\n');
       process.on('SIGTERM', () => { if (options.includes('AtExit')) { ${atExit} } process.exit(143); });
       ${listens}`,
    );
    expect(hasClasses(java)).toBe(false);
    await keepClasses(java);
    expect(hasClasses(java)).toBe(true);
    await launchTestServer(java).then((server) => server.stop());
    const [first, second] = (await readFile(join(directory, place, 'options'), 'utf8')).split('\n');
    expect(first).toContain('-XX:ArchiveClassesAtExit=');
    const option = ` -XX:SharedArchiveFile='${join(directory, place, 'classes.jsa')}'`;
    expect(second?.includes(option)).toBe(kept);
    expect(second).not.toContain('AtExit');
  });

  it('that ends at its start is an error with what it said last', async () => {
    const broken = await program('broken', `console.error('no room for the heap'); process.exitCode = 3;`);
    await expect(launchTestServer(broken)).rejects.toThrow(
      /broken\) ended at its start with exit code 3\. It said last:\nno room for the heap/,
    );
  });

  it('that never answers is an error, and does not stay', async () => {
    const mute = await program(
      'mute',
      `fs.appendFileSync(home + '/mute-pids', process.pid + ' '); setInterval(() => undefined, 1000);`,
    );
    await expect(launchTestServer(mute, 700)).rejects.toThrow(/did not answer within 0\.7 s/);
    const pids = (await readFile(join(directory, 'mute-pids'), 'utf8')).trim().split(' ').map(Number);
    expect(pids.filter(runs)).toEqual([]);
  });

  it('that can not be started is an error', async () => {
    await expect(launchTestServer(join(directory, 'none'))).rejects.toThrow(
      /none\) can't be started \(.*ENOENT/,
    );
  });
});

const runs = (pid: number): boolean => identify(pid) !== undefined;
