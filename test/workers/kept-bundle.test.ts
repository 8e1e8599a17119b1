import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptBundle } from '../../src/workers/kept-bundle.ts';
import { workflowBundle } from '../../src/workers/workflow-code.ts';

let root = '';
let bundled = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
  for (const room of ['src/workflows', 'src/domain/run']) mkdirSync(join(root, room), { recursive: true });
  write('package-lock.json', '{}');
  write('src/workflows/index.ts', 'export {};');
  write('src/domain/run/status.ts', 'export const stages = 1;');
  bundled = 0;
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (file: string, text: string): void => writeFileSync(join(root, file), text);
const directory = () => join(root, 'bundles');
const bundle = () => {
  bundled += 1;
  return Promise.resolve({ code: `bundle ${bundled}` });
};
const kept = async () =>
  readFileSync((await keptBundle({ directory: directory(), root, bundle })).codePath, 'utf8');

describe('a bundle that processes share', () => {
  it('is made once', async () => {
    expect(await kept()).toBe('bundle 1');
    expect(await kept()).toBe('bundle 1');
    expect(bundled).toBe(1);
    expect(readdirSync(directory())).toHaveLength(1);
  });

  it.each([
    ['a file of the workflows', 'src/workflows/index.ts'],
    ['a file in a room of the domain', 'src/domain/run/status.ts'],
    ['a new file', 'src/domain/run/new.ts'],
    ['the libraries', 'package-lock.json'],
  ])(
    'is another one after %s has changed, and the first one again once it is changed back',
    async (_, file) => {
      const before = file.endsWith('new.ts') ? undefined : readFileSync(join(root, file), 'utf8');
      expect(await kept()).toBe('bundle 1');
      write(file, 'export const changed = true;');
      expect(await kept()).toBe('bundle 2');
      if (before === undefined) rmSync(join(root, file));
      else write(file, before);
      expect(await kept()).toBe('bundle 1');
    },
  );

  it('is another one where a file only has another name', async () => {
    expect(await kept()).toBe('bundle 1');
    rmSync(join(root, 'src/domain/run/status.ts'));
    write('src/domain/run/state.ts', 'export const stages = 1;');
    expect(await kept()).toBe('bundle 2');
  });

  it('contains no source that its name does not depend on', async () => {
    const found = await workflowBundle();
    const code = 'code' in found ? found.code : readFileSync(found.codePath, 'utf8');
    const sources = new Set([...code.matchAll(/"\.\/src\/([\w-]+)\//g)].map(([, room]) => room));
    expect([...sources].sort()).toEqual(['domain', 'workflows']);
  });
});
