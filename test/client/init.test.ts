import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outside } from '../../src/client/cli/commands/doctor.ts';
import { init } from '../../src/client/cli/commands/init.ts';
import { checkProduct } from '../../src/client/cli/doctor/product.ts';
import { createIo } from '../../src/client/cli/io.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import { repositoriesInTrouble } from './support/repositories-in-trouble.ts';
import { repositoriesOfFrameworks } from './support/repositories-of-frameworks.ts';
import { repositories } from './support/repositories.ts';

let home: string;
beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'sluice-init-')), 'some-place');
  await mkdir(home);
});
afterEach(() => rm(dirname(home), { recursive: true, force: true }));

const git = (...args: string[]): void => void execFileSync('git', ['-C', home, ...args], { stdio: 'ignore' });

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  }
}

/** What `sluice init --json` answers, and the configuration that it wrote. */
async function begin() {
  const said: unknown[] = [];
  const io = { ...createIo(true), result: (document: unknown) => void said.push(document) };
  await init(io, [home]);
  const text = await readFile(join(home, 'sluice.yaml'), 'utf8');
  const parsed = parseProductConfig(text, 'sluice.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { ...(said[0] as { product: string; decide: string[] }), text, config: parsed.config };
}

describe('[PL-2] init reads what the repository is', () => {
  it.each(Object.entries({ ...repositories, ...repositoriesOfFrameworks, ...repositoriesInTrouble }))(
    '%s',
    async (_, little) => {
      await write(little.files);
      git('init', '-b', 'main');
      const { config, decide, product, text } = await begin();
      const { production, staging } = config.environments;
      expect({
        product,
        checks: Object.fromEntries(Object.entries(config.checks).map(([name, check]) => [name, check?.run])),
        install: production?.process?.install?.run,
        start: production?.process?.start,
        health: production?.health.path,
      }).toEqual({
        product: little.product ?? 'some-place',
        checks: little.checks,
        install: little.install,
        start: little.start,
        health: little.health ?? '/health',
      });
      expect(staging?.process?.start).toBe(little.start);
      const port = /:(\d+)$/.exec(production?.url ?? '')?.[1] ?? '';
      const { deploy, rollback, url = production?.url } = little.script ?? {};
      expect(production?.script?.deploy.run).toBe(deploy?.replace(/=\$ /, `=${port} `));
      expect(production?.script?.rollback.run).toBe(rollback?.replace(/=\$ /, `=${port} `));
      expect(production?.url).toBe(url);
      expect(decide).toEqual((little.decide ?? []).map((part) => expect.stringContaining(part) as string));
      for (const each of decide) expect(text).toContain(`# Decide: ${each}\n`);
    },
  );

  it('is taken by the doctor but for what a person has to do: commit, push, decide', async () => {
    await write(repositories['Go, with its program at the root']?.files ?? {});
    git('init', '-b', 'main');
    const { config } = await begin();
    const file = join(home, 'sluice.yaml');
    const checks = await checkProduct(file, config, outside(file, config, {}));
    const amiss = checks.filter(({ what, level }) => level !== 'ok' && !/^port of/.test(what));
    // Go itself need not be on the machine that tests.
    expect(amiss.filter(({ says }) => !/: go is not there$/m.test(says)).map(({ what }) => what)).toEqual([
      'remote',
    ]);
  });

  it('reads no file by a link that leads out of the repository, no pipe, and nothing that goes in circles', async () => {
    await writeFile(join(dirname(home), 'package.json'), '{"name":"elsewhere","scripts":{"test":"x"}}');
    await symlink('../package.json', join(home, 'package.json'));
    await symlink('go.mod', join(home, 'go.mod'));
    execFileSync('mkfifo', [join(home, 'Cargo.toml')]);
    await mkdir(join(home, 'pom.xml'));
    await write({ 'real/main.py': 'if __name__ == "__main__": pass\n' });
    await symlink('real/main.py', join(home, 'main.py'));
    expect(await begin()).toMatchObject({
      product: 'some-place',
      config: { checks: {}, environments: { production: { process: { start: 'python3 main.py' } } } },
    });
  });

  it('takes a manifest that is too big for one for what is there, and reads nothing of it', async () => {
    await write({ 'package.json': `{"name":"shop","a":"${'x'.repeat(600_000)}"}` });
    expect((await begin()).decide[0]).toContain("package.json can't be read");
  });

  it('needs a directory', async () => {
    await expect(init(createIo(true), [join(home, 'nowhere')])).rejects.toThrow('is no directory');
  });
});
