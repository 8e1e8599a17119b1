import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../src/adapters/processes/ports.ts';
import { git, initialise, plant } from './support/init-product.ts';
import * as products from './support/products.ts';
import type { Files } from './support/products.ts';

let base: string;
let home: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'sluice-init-')));
  home = join(base, 'corner-shop');
  await mkdir(home);
});
afterEach(() => rm(base, { recursive: true, force: true }));

const has = (tool: string): boolean => {
  try {
    execFileSync(tool, [tool === 'go' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('[PL-2] what init writes is enough: a fresh tree is checked, made and started by it', () => {
  it.each<[string, string, Files]>([
    ['node', 'Node', products.nodeShop],
    ['go', 'Go', products.goShop],
    ['python3', 'Python', products.pythonShop],
    ['cargo', 'Rust', products.rustShop],
  ])(
    'by %s: %s',
    async (tool, _, files) => {
      // A host needs no tool of a language that its products don't have.
      if (!has(tool)) return;
      await plant(home, files);
      const { config, complaints } = await initialise(home);
      expect(complaints).toEqual([]);
      const tree = join(base, 'tree');
      git(base, 'clone', '-q', home, tree);
      const { PATH, HOME } = process.env;
      const sh = (line: string) =>
        promisify(execFile)('/bin/sh', ['-c', line], { cwd: tree, env: { PATH, HOME } });
      for (const check of Object.values(config.checks)) await sh(check?.run ?? '');
      git(tree, 'clean', '-xfdq');
      const { process: running, health } = config.environments['staging'] ?? {};
      if (running?.install) await sh(running.install.run);
      const port = await freePort();
      const child = spawn('/bin/sh', ['-c', running?.start ?? ''], {
        cwd: tree,
        env: { PATH, HOME, PORT: String(port) },
        detached: true,
        stdio: 'ignore',
      });
      const ended = new Promise((done) => child.once('exit', done));
      try {
        const status = () =>
          fetch(`http://127.0.0.1:${port}${health?.path ?? ''}`).then(
            (response) => response.status,
            () => undefined,
          );
        await expect.poll(status, { timeout: 20_000 }).toBe(200);
      } finally {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
        await ended;
      }
    },
    180_000,
  );
});

describe('[PL-2] init sees where a product is', () => {
  it('in a directory of a repository, commands begin there', async () => {
    await plant(home, { 'README.md': '' });
    const inside = join(home, 'services/the shop');
    await mkdir(inside, { recursive: true });
    for (const [name, text] of Object.entries(products.nodeShop)) {
      await mkdir(dirname(join(inside, name)), { recursive: true });
      await writeFile(join(inside, name), text);
    }
    const { config, complaints } = await initialise(inside);
    expect(config.repository.path).toBe('../..');
    expect(config.checks.unit?.run).toBe("cd 'services/the shop' && npm run lint && npm test");
    expect(config.environments['staging']?.process?.start).toBe("cd 'services/the shop' && npm start");
    expect(complaints).toEqual([]);
  });
});
