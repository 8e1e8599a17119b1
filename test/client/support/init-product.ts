import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outside } from '../../../src/client/cli/commands/doctor.ts';
import { init } from '../../../src/client/cli/commands/init.ts';
import type { Check } from '../../../src/client/cli/doctor/check.ts';
import { checkProduct } from '../../../src/client/cli/doctor/product.ts';
import { createIo } from '../../../src/client/cli/io.ts';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';
import type { Files } from './products.ts';

export const git = (home: string, ...args: string[]): string =>
  execFileSync('git', ['-C', home, '-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** Writes the files, and makes them a repository with a remote that has its main branch. */
export async function plant(home: string, files: Files): Promise<void> {
  git(home, 'init', '-b', 'main');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text, { mode: /^#!/.test(text) ? 0o755 : 0o644 });
  }
  git(home, 'add', '-A');
  git(home, 'commit', '--allow-empty', '-m', 'feat: begin');
  git(home, 'init', '--bare', '-b', 'main', `${home}/.git/origin`);
  git(home, 'remote', 'add', 'origin', `${home}/.git/origin`);
  git(home, 'push', 'origin', 'main');
}

export interface Written {
  readonly text: string;
  readonly config: ProductConfig;
  /** What the doctor has to say against it. */
  readonly complaints: readonly Check[];
}

/** Runs `init` in a directory, and has the parser and the doctor read what it wrote. */
export async function initialise(home: string): Promise<Written> {
  const silent = { ...createIo(false), result: () => undefined };
  await init(silent, [home]);
  const file = join(home, 'sluice.yaml');
  const text = await readFile(file, 'utf8');
  const parsed = parseProductConfig(text, 'sluice.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const checks = await checkProduct(file, parsed.config, outside(file, parsed.config, {}));
  return { text, config: parsed.config, complaints: checks.filter(({ level }) => level !== 'ok') };
}
