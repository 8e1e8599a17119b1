import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';

/**
 * A tiny product with a repository of its own. Each of its commands writes down that it begins and that it ends, and waits in between
 * while a test holds it; so do the hooks of its remote repository. One line `begin NAME` too many is an effect that happened twice.
 */
export interface TinyProduct {
  readonly name: string;
  readonly config: string;
  readonly remote: string;
  /** Absolute path of the file with what happened. */
  readonly effects: string;
  /** The shell line of a command. */
  command(name: string): string;
  /** From now on, what is called so waits once it has begun. */
  hold(name: string): void;
  letGo(name: string): void;
  /** Lines `begin NAME` and `end NAME`, in order. */
  happened(): string[];
  begun(name: string, times?: number): Promise<void>;
  commit(message: string, files?: Readonly<Record<string, string>>): void;
  /** Merges and tags what is on main, as a release does. Returns the commit of the tag. */
  release(version: string): string;
  readonly git: (...args: string[]) => string;
}

export interface TinyOptions {
  readonly directory: string;
  readonly name: string;
  /** What differs from the small configuration that every product has. */
  readonly configure: (
    product: TinyProduct,
  ) => { environments: Record<string, object> } & Record<string, unknown>;
  readonly files?: Readonly<Record<string, string>>;
}

const effect = `log=$1/effects.log hold=$1/hold/$2
echo "begin $2" >>"$log"
while [ -e "$hold" ]; do sleep 0.2; done
echo "end $2" >>"$log"
`;

/** A hook sees one line a ref. The name of what it holds has no slashes; the branch of a run's fixes is called `fixes`. */
const hook = (home: string, name: string): string => `#!/bin/sh
while read -r _ _ ref; do
  case $ref in
    refs/heads/release/*) continue ;;
    refs/heads/blue-green/*) short=fixes ;;
    *) short=$(basename "$ref") ;;
  esac
  sh '${home}/effect.sh' '${home}' "${name}.$short"
done
`;

export function createTinyProduct({ directory, name, configure, files = {} }: TinyOptions): TinyProduct {
  const home = join(directory, name);
  const remote = join(home, 'remote.git');
  const checkout = join(home, 'checkout');
  const effects = join(home, 'effects.log');
  mkdirSync(join(home, 'hold'), { recursive: true });
  writeFileSync(effects, '');
  writeFileSync(join(home, 'effect.sh'), effect);
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  git(home, 'init', '--quiet', '--bare', '--initial-branch=main', '--template=', remote);
  git(home, 'init', '--quiet', '--initial-branch=main', '--template=', checkout);
  git(checkout, 'config', 'user.name', 'Tiny');
  git(checkout, 'config', 'user.email', 'tiny@example.test');
  git(checkout, 'remote', 'add', 'origin', remote);

  const product: TinyProduct = {
    name,
    config: join(home, 'sluice.yaml'),
    remote,
    effects,
    command: (effectName) => `sh '${join(home, 'effect.sh')}' '${home}' ${effectName}`,
    hold: (effectName) => {
      writeFileSync(join(home, 'hold', effectName), '');
    },
    letGo: (effectName) => {
      rmSync(join(home, 'hold', effectName), { force: true });
    },
    happened: () => readFileSync(effects, 'utf8').split('\n').filter(Boolean),
    begun: (effectName, times = 1) =>
      vi.waitFor(
        () => {
          const count = product.happened().filter((line) => line === `begin ${effectName}`).length;
          if (count < times)
            throw new Error(
              `${name}: ${effectName} has begun ${count} times; so far: ${product.happened().slice(-4).join(', ')}`,
            );
        },
        { timeout: 120_000, interval: 100 },
      ),
    commit: (message, changed = {}) => {
      if (existsSync(join(checkout, 'package.json')))
        git(checkout, 'pull', '--quiet', '--ff-only', 'origin', 'main');
      for (const [file, text] of Object.entries(changed)) writeFileSync(join(checkout, file), text);
      appendFileSync(join(checkout, 'changes.txt'), `${message}\n`);
      git(checkout, 'add', '--all');
      git(checkout, 'commit', '--quiet', '-m', message);
      git(checkout, 'push', '--quiet', 'origin', 'main');
    },
    release: (version) => {
      git(checkout, 'pull', '--quiet', '--ff-only', 'origin', 'main');
      const branch = `release/${name}/v${version}`;
      git(checkout, 'checkout', '--quiet', '-b', branch);
      git(checkout, 'commit', '--quiet', '--allow-empty', '-m', `chore(release): v${version}`);
      git(checkout, 'checkout', '--quiet', 'main');
      git(checkout, 'merge', '--quiet', '--no-ff', '-m', `Merge ${branch}`, branch);
      git(checkout, 'branch', '--quiet', '--delete', branch);
      git(checkout, 'tag', '--annotate', '-m', `v${version}`, `v${version}`);
      git(checkout, 'push', '--quiet', 'origin', 'main', `v${version}`);
      return git(checkout, 'rev-parse', 'HEAD');
    },
    git: (...args) => git(remote, ...args),
  };
  product.commit('feat: the first version', {
    'package.json': `${JSON.stringify({ name, version: '0.1.0', private: true }, undefined, 2)}\n`,
    ...files,
  });
  mkdirSync(join(remote, 'hooks'), { recursive: true });
  for (const kind of ['pre-receive', 'post-receive']) {
    const file = join(remote, 'hooks', kind);
    writeFileSync(file, hook(home, kind));
    chmodSync(file, 0o755);
  }
  writeFileSync(
    product.config,
    JSON.stringify({
      product: name,
      repository: { remote },
      people: { groups: { managers: ['alice', 'bob'] } },
      ...configure(product),
    }),
  );
  return product;
}
