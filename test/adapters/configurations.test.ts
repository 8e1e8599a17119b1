import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileConfigurations } from '../../src/adapters/configurations/file-configurations.ts';
import { createFileCatalog } from '../../src/adapters/file-catalog.ts';

let root: string;
let kept: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-configurations-'));
  kept = join(root, 'data', 'configurations');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const yaml = (port: number): string => `product: shop
repository: { path: checkout }
environments:
  staging: { process: { start: exec node server.js, port: ${port} } }
  production:
    process: { start: exec node server.js, port: 4200 }
    approval: { from: [alice] }
`;

/** A worker of its own that reads the catalog as it is now. */
async function load(port: number) {
  await writeFile(join(root, 'sluice.yaml'), yaml(port));
  const configurations = createFileConfigurations(kept);
  const entry = await createFileCatalog([join(root, 'sluice.yaml')], configurations).load('shop');
  return { ...entry, configurations };
}
const portOf = (config: { environments: object } | undefined): unknown =>
  (config?.environments as { staging?: { process?: { port?: number } } })?.staging?.process?.port;

describe('what a worker read from its catalog', () => {
  it('is found by its digest after the catalog has changed, also by a worker that was started anew', async () => {
    const first = await load(4100);
    const second = await load(4101);
    expect(first.digest).not.toBe(second.digest);
    for (const configurations of [first.configurations, createFileConfigurations(kept)])
      expect(await configurations.find(first.digest)).toEqual(first.config);
    expect(portOf(await createFileConfigurations(kept).find(second.digest))).toBe(4101);
  });

  it('is kept for the worker’s own eyes, whole, and once', async () => {
    const { digest } = await load(4100);
    await load(4100);
    expect(await readdir(kept)).toEqual([`${digest}.json`]);
    expect((await stat(join(kept, `${digest}.json`))).mode & 0o777).toBe(0o600);
    expect((await stat(kept)).mode & 0o777).toBe(0o700);
  });

  it('is not found where it was never read, whatever name is asked for', async () => {
    const { configurations } = await load(4100);
    await writeFile(join(root, 'data', 'secret.json'), '{}');
    for (const digest of ['0'.repeat(64), '', '../secret', '__proto__', 'constructor', `${'0'.repeat(63)}/`])
      expect(await configurations.find(digest)).toBeUndefined();
  });

  it('is refused in clear words where its copy was changed on disk', async () => {
    const { digest } = await load(4100);
    const file = join(kept, `${digest}.json`);
    const whole = await readFile(file, 'utf8');
    for (const damaged of [whole.replace('4100', '4109'), '{', '', 'null']) {
      await writeFile(file, damaged);
      await expect(createFileConfigurations(kept).find(digest)).rejects.toThrow(
        /\.json is not the configuration that was read: it was changed on disk/,
      );
    }
  });

  it('is written anew where the catalog still has it', async () => {
    const { digest, config } = await load(4100);
    await writeFile(join(kept, `${digest}.json`), '{}');
    await load(4100);
    expect(await createFileConfigurations(kept).find(digest)).toEqual(config);
  });

  it('has the time of its last use, so that what is used is not cleared away', async () => {
    const { digest } = await load(4100);
    const file = join(kept, `${digest}.json`);
    const longAgo = new Date('2020-01-01');
    await utimes(file, longAgo, longAgo);
    await createFileConfigurations(kept).find(digest);
    expect(Date.now() - (await stat(file)).mtimeMs).toBeLessThan(60_000);
  });
});
