import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBeside } from '../../../src/adapters/git/beside.ts';
import type { Beside } from '../../../src/adapters/git/beside.ts';
import type { AskedCommand } from '../../../src/adapters/git/beside-messages.ts';

let directory: string;
let beside: Beside;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-beside-'));
  beside = createBeside();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir() };
const command = (args: readonly string[], more: Partial<AskedCommand> = {}): AskedCommand => ({
  ...{ args, cwd: directory, env, encoding: 'utf8', timeout: 30_000 },
  ...more,
});
/** Git runs a shell line of ours. */
const shell = (line: string) => ['-c', `alias.x=!${line}`, 'x'];

/** The process that starts git. */
async function host(): Promise<number> {
  const asked = await beside(command(shell('ps -o ppid= -p $(ps -o ppid= -p $$)')));
  return Number(asked?.stdout);
}

describe('git that a small process runs for a worker', () => {
  it('answers as git that the worker runs itself', async () => {
    const made = await beside(command(['init', '--quiet', 'made']));
    expect(made).toMatchObject({ exitCode: 0, timedOut: false, stdout: '', stderr: '' });
    const none = await beside(command(['rev-parse', '--verify', 'HEAD'], { cwd: join(directory, 'made') }));
    expect(none).toMatchObject({ exitCode: 128, stderr: expect.stringContaining('fatal: ') as string });
    expect(await host()).not.toBe(process.pid);
  });

  it('is given bytes and gives bytes, of any length', async () => {
    const bytes = randomBytes(3_000_000);
    const cwd = join(directory, 'made');
    const written = await beside(command(['hash-object', '-w', '--stdin'], { cwd, input: bytes }));
    const read = ['cat-file', 'blob', String(written?.stdout).trim()];
    const found = await beside(command(read, { cwd, encoding: 'buffer' }));
    expect(Buffer.from(found?.stdout as Uint8Array).equals(bytes)).toBe(true);
  });

  it('knows the variables that it is given, and none of this process', async () => {
    vi.stubEnv('PAGER_TOKEN', 'canary');
    const fresh = createBeside();
    const told = await fresh(command(shell('env'), { env: { ...env, GIVEN: 'yes' } }));
    vi.unstubAllEnvs();
    expect(told?.stdout).toContain('GIVEN=yes');
    expect(told?.stdout).not.toContain('canary');
  });

  it('is ended where it takes too long', async () => {
    const late = await beside(command(shell('exec sleep 60'), { timeout: 200 }));
    expect(late).toMatchObject({ timedOut: true });
  });

  it('is refused with the reason of the system', async () => {
    expect(await beside(command(['status'], { cwd: join(directory, 'none') }))).toMatchObject({
      exitCode: undefined,
      code: 'ENOENT',
    });
  });

  it('goes on where that process is killed; that is no answer, and the next one is given by another process', async () => {
    const [begun, go, done] = ['begun', 'go', 'done'].map((name) => join(directory, name));
    const line = `echo >'${begun}'; until [ -e '${go}' ]; do sleep 0.05; done; echo done >'${done}'`;
    const first = await host();
    const asked = beside(command(shell(line))).catch((error: Error) => error.message);
    await vi.waitFor(() => expect(existsSync(begun!)).toBe(true), { timeout: 20_000 });
    process.kill(first, 'SIGKILL');
    expect(await asked).toMatch(/ended before git was done/);
    expect(await host()).not.toBe(first);
    await writeFile(go!, '');
    await vi.waitFor(async () => expect(await readFile(done!, 'utf8')).toBe('done\n'), { timeout: 20_000 });
  });
});
