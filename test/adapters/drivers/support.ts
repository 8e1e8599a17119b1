import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCommandRunner } from '../../../src/adapters/commands/index.ts';
import { quietLog } from '../../support/log.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import { processStat } from '../../../src/adapters/processes/identity.ts';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';
import type { DriverRequest, EffectContext } from '../../../src/activities/ports/index.ts';
import { productSchema } from '../../../src/domain/config/schema.ts';
import type { EnvironmentConfig } from '../../../src/domain/config/schema.ts';

/** The product of these tests: a real git repository whose commits are versions of a small HTTP service. */
export interface Product {
  readonly path: string;
  commit(files: Record<string, string>): string;
}

const server = (version: string) => `
import { createServer } from 'node:http';
const service = createServer((request, response) => {
  const url = new URL(request.url, 'http://service');
  response.setHeader('x-version', '${version}');
  if (url.pathname === '/slow') setTimeout(() => response.end('${version}'), Number(url.searchParams.get('ms')));
  else if (url.pathname === '/echo') request.pipe(response);
  else if (url.pathname === '/env') response.end(JSON.stringify(process.env));
  else response.end('${version}');
});
service.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening', process.env.PORT));
process.on('SIGTERM', () => service.close(() => process.exit(0)));
`;

export function createProduct(directory: string): Product {
  const path = join(directory, 'product');
  mkdirSync(path, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', '-c', 'init.defaultBranch=main', ...args],
      { cwd: path, encoding: 'utf8' },
    ).trim();
  git('init', '--quiet');
  return {
    path,
    commit(files) {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', 'feat: another version');
      return git('rev-parse', 'HEAD');
    },
  };
}

export const version = (product: Product, name: string, files: Record<string, string> = {}) => ({
  version: name,
  commit: product.commit({ 'server.mjs': server(name), VERSION: name, ...files }),
});
export type Version = ReturnType<typeof version>;

/** An environment as the configuration gives it, with every default filled in. */
export function environmentOf(section: Record<string, unknown>): EnvironmentConfig {
  const parsed = productSchema.parse({
    product: 'shop',
    repository: { path: '.' },
    environments: {
      staging: section,
      production: {
        ...section,
        ...(section['process'] ? { process: { start: 'true', port: 1 } } : {}),
        approval: { from: ['ann'] },
      },
    },
  });
  return parsed.environments['staging']!;
}

/** How every version of {@link version} is started. */
export const start = `exec '${process.execPath}' server.mjs`;

export function requestOf(
  product: Product,
  environment: EnvironmentConfig,
  { version, commit }: Version,
): DriverRequest {
  return {
    target: { product: 'shop', environment: 'staging', version, commit, previousVersion: undefined },
    source: { product: 'shop', remote: product.path, main: 'main' },
    environment,
  };
}

export function contextOf(key: string, signal = new AbortController().signal): EffectContext {
  const nothing = () => undefined;
  return {
    run: 'release/shop/v1.0.0',
    step: 'staging.deploy',
    key: `release/shop/v1.0.0/${key}`,
    attempt: 1,
    previous: undefined,
    signal,
    heartbeat: nothing,
    log: quietLog,
  };
}

/** The real parts that a driver works with. */
export function driverOptions(directory: string) {
  const secrets = createSecretResolver({ env: process.env, baseDirectory: directory });
  return {
    directory: join(directory, 'data'),
    git: createGitRepository({ directory: join(directory, 'clones') }),
    commands: createCommandRunner({ directory: join(directory, 'commands'), secrets, soleHost: true }),
    secrets,
  };
}

/** Versions that run under a directory, by the leader of each process group that a driver has started. */
export function runningVersions(
  directory: string,
): readonly { readonly pid: number; readonly cwd: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const pid = Number(name);
        const stat = processStat(pid);
        const tagged = readFileSync(`/proc/${name}/environ`, 'latin1').includes('SLUICE_INSTANCE=');
        const cwd = readlinkSync(`/proc/${name}/cwd`);
        return tagged && stat?.group === pid && !stat.ended && cwd.startsWith(directory)
          ? [{ pid, cwd }]
          : [];
      } catch {
        return [];
      }
    });
}
