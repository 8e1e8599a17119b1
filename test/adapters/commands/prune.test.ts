import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pruneExecutions } from '../../../src/adapters/commands/index.ts';
import { createContext, createRunner, createWorld, linesOf } from './support.ts';
import type { World } from './support.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

it('removes what ended long ago, and nothing that runs or is not its own', async () => {
  const runner = createRunner(world);
  await runner.run(world.spec('echo old'), createContext({ step: 'old' }));
  const running = runner.run(
    world.spec('echo x >>ran; until [ -e go ]; do sleep 0.02; done'),
    createContext({ step: 'running' }),
  );
  await vi.waitFor(() => expect(linesOf(join(world.directory, 'ran'))).toHaveLength(1), { timeout: 10_000 });
  mkdirSync(join(world.data, 'foreign', 'a', 'b', '1'), { recursive: true });
  writeFileSync(join(world.data, 'foreign', 'a', 'b', '1', 'file'), 'x');

  expect(await pruneExecutions(world.data, new Date(0))).toBe(0);
  expect(await pruneExecutions(world.data, new Date(Date.now() + 1_000))).toBe(1);
  expect(readdirSync(join(world.data, 'release-shop-v1.4.0'))).toEqual(['running']);
  expect(readdirSync(join(world.data, 'foreign', 'a', 'b', '1'))).toEqual(['file']);

  writeFileSync(join(world.directory, 'go'), '');
  expect(await running).toMatchObject({ exitCode: 0 });
  expect(await pruneExecutions(world.data, new Date(Date.now() + 1_000))).toBe(1);
  expect(readdirSync(world.data)).toEqual(['foreign']);
});

it('has nothing to do where there is no directory', async () => {
  expect(await pruneExecutions(join(world.data, 'none'), new Date())).toBe(0);
});
