import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStarter } from '../../../src/adapters/commands/index.ts';
import type { Starter } from '../../../src/adapters/commands/starter.ts';
import { createContext, createRunner, createWorld, type World } from './support.ts';

let world: World;
let starter: Starter;
beforeEach(() => {
  world = createWorld();
  starter = createStarter();
});
afterEach(async () => {
  starter.close();
  await world.remove();
});

/** The process that started a command is the parent of the shell that supervises it. */
async function starterOf(run = 'ps -o ppid= -p $(ps -o ppid= -p $$)'): Promise<number> {
  const result = await createRunner(world, { starter }).run(world.spec(run), createContext());
  return Number(result.stdoutTail);
}

describe('commands that a small process starts for a worker', () => {
  it('run, and their output and exit code are known', async () => {
    const runner = createRunner(world, { starter });
    const results = await Promise.all(
      [0, 3, 7].map((code) => runner.run(world.spec(`echo "$0 ${code}"; exit ${code}`), createContext())),
    );
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 3, 7]);
    expect(results.map(({ stdoutTail }) => stdoutTail)).toEqual(['/bin/sh 0', '/bin/sh 3', '/bin/sh 7']);
  });

  it('are started by that process, not by the worker', async () => {
    const parent = await starterOf();
    expect(parent).toBeGreaterThan(1);
    expect(parent).not.toBe(process.pid);
  });

  it('are refused with the reason of the system', async () => {
    const result = await createRunner(world, { starter }).run(
      world.spec(`echo ${'x'.repeat(3_000_000)}`),
      createContext(),
    );
    expect(result).toMatchObject({
      end: 'not-started',
      summary: expect.stringContaining('too long') as string,
    });
  });

  it('run on where the process that started them is killed, and others are started without it', async () => {
    mkdirSync(world.data, { recursive: true });
    const go = join(world.directory, 'go');
    const begun = join(world.directory, 'begun');
    const running = createRunner(world, { starter }).run(
      world.spec(`echo $$ >>'${begun}'; until [ -e '${go}' ]; do sleep 0.05; done; echo done`),
      createContext(),
    );
    const parent = await starterOf();
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), { timeout: 20_000 });
    process.kill(parent, 'SIGKILL');
    await vi.waitFor(async () => expect(await starterOf()).toBe(process.pid), { timeout: 20_000 });
    await createRunner(world, { starter }).run(world.spec(`touch '${go}'`), createContext());
    expect(await running).toMatchObject({ end: 'exited', exitCode: 0, stdoutTail: 'done' });
    expect(readFileSync(begun, 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('end with the worker’s connection', async () => {
    const parent = await starterOf();
    starter.close();
    await vi.waitFor(() => expect(() => process.kill(parent, 0)).toThrow(), { timeout: 20_000 });
  });
});
