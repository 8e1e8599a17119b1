import { resolve } from 'node:path';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import { git } from '../git.ts';
import type { Check } from './check.ts';

/** What a run knows of the repository. */
interface Source {
  readonly product: string;
  readonly path?: string;
  readonly remote?: string;
  readonly main: string;
}

/** How a run finds the remote of a product, and how its address is shown without secrets. */
export interface Remotes {
  readonly locate: (source: Source) => Promise<{ readonly fetch: string }>;
  readonly redact: (text: string) => string;
}

/** The repository, and the remote that a release is made from and pushed to: found the way a run finds it. */
export async function checkRepository(
  root: string,
  config: ProductConfig,
  remotes: Remotes,
): Promise<Check[]> {
  const { repository } = config;
  const path = repository.path === undefined ? undefined : resolve(root, repository.path);
  const checks: Check[] = [];
  if (path !== undefined) {
    const inside = await git(path, 'rev-parse', '--git-dir');
    if (!inside.ok)
      return [
        {
          level: 'fail',
          what: 'repository',
          says: `${path} is no git repository`,
          mend: 'correct repository.path, or git init and commit',
          about: 'configuration',
        },
      ];
    checks.push({ level: 'ok', what: 'repository', says: path, about: 'configuration' });
  }
  return [...checks, await checkRemote(path ?? root, sourceOf(root, config), remotes)];
}

/** As the catalog reads it: `./shop.git` is meant from where `sluice.yaml` is. */
function sourceOf(root: string, { product, repository }: ProductConfig): Source {
  const { path, remote, main } = repository;
  return {
    product,
    main,
    ...(path === undefined ? {} : { path: resolve(root, path) }),
    ...(remote === undefined ? {} : { remote: /^\.\.?\//.test(remote) ? resolve(root, remote) : remote }),
  };
}

async function checkRemote(directory: string, source: Source, { locate, redact }: Remotes): Promise<Check> {
  let url: string;
  try {
    url = (await locate(source)).fetch;
  } catch (error) {
    const [says = '', ...mend] = (error instanceof Error ? error.message : String(error)).split(': ');
    return {
      level: 'fail',
      what: 'remote',
      says,
      mend: mend.join(': ') || 'correct repository.remote',
      about: 'configuration',
    };
  }
  const shown = redact(url);
  const heads = await git(directory, 'ls-remote', '--heads', '--', url);
  if (!heads.ok)
    return {
      level: 'fail',
      what: 'remote',
      says: `${shown} can't be reached: ${redact(heads.output)}`,
      mend: 'correct repository.remote, or the access to it (an SSH key, a credential helper)',
      about: 'connection',
    };
  const branches = new Map(
    heads.output.split('\n').flatMap((line): [string, string][] => {
      const [sha = '', ref] = line.split('\t');
      return ref === undefined ? [] : [[ref.replace(/^refs\/heads\//, ''), sha]];
    }),
  );
  const tip = branches.get(source.main);
  if (tip !== undefined)
    return {
      level: 'ok',
      what: 'remote',
      says: `${shown}, ${source.main} at ${tip.slice(0, 7)}`,
      about: 'connection',
    };
  return branches.size === 0
    ? {
        level: 'fail',
        what: 'remote',
        says: `${shown} has no commits yet`,
        mend: `commit, and push the branch ${source.main}`,
        about: 'configuration',
      }
    : {
        level: 'fail',
        what: 'remote',
        says: `${shown} has no branch ${source.main} (it has ${[...branches.keys()].slice(0, 5).join(', ')})`,
        mend: 'push it, or correct repository.main',
        about: 'configuration',
      };
}
