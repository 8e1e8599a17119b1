import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { pruneConfigurations } from '../adapters/configurations/prune.ts';
import { pruneExecutions } from '../adapters/commands/index.ts';
import type { Log } from '../activities/ports/index.ts';

const day = 86_400_000;

/** How long things are kept (docs/limits.md). */
const keptFor = {
  executions: 30 * day,
  trees: 7 * day,
  agents: 30 * day,
  backups: 90 * day,
  configurations: 90 * day,
  begun: 30 * day,
};
/** Of each environment, however old. */
const keptBackups = 3;
const aside = '.removed-';

/** What was removed, counted. */
export interface Housekeeping {
  readonly executions: number;
  readonly trees: number;
  readonly backups: number;
  readonly configurations: number;
}

/** Whether a run is open that began before a moment (epoch milliseconds). */
export type OpenSince = (before: number) => Promise<boolean>;

/**
 * Removes from a data directory what nobody needs any more, so that the disk doesn't fill. What runs, what was used lately, and
 * everything that is not known here stays.
 * @param openSince a run that is open may need any configuration that was used since it began
 */
export async function housekeeping(
  directory: string,
  openSince: OpenSince,
  now = Date.now(),
): Promise<Housekeeping> {
  const within = (...parts: string[]): string => path.join(directory, ...parts);
  const executions = await pruneExecutions(within('commands'), new Date(now - keptFor.executions));
  let trees = 0;
  for (const purpose of await below(within('trees'), 2))
    trees += await pruneTrees(purpose, now - keptFor.trees);
  for (const home of await below(within('environments'), 2)) {
    // What a script deployed may run from its checkout.
    const records = ['script.json', 'slots.json'].map((name) =>
      readFile(path.join(home, name), 'utf8').catch(() => ''),
    );
    const deployed = (await Promise.all(records)).join('\n');
    trees += await pruneTrees(path.join(home, 'checkouts'), now - keptFor.trees, deployed);
  }
  // What agents worked in; a run that ends by itself may have removed it.
  for (const product of await below(within('agents'), 1))
    trees += await pruneTrees(product, now - keptFor.agents);
  await pruneFiles(within('begun'), now - keptFor.begun);
  let backups = 0;
  for (const environment of await below(within('backups'), 2))
    backups += await pruneBackups(environment, now - keptFor.backups);
  const unused = now - keptFor.configurations;
  // A day more, for clocks that differ.
  const configurations = (await openSince(unused + day))
    ? 0
    : await pruneConfigurations(within('configurations'), unused);
  return { executions, trees, backups, configurations };
}

/** Keeps house now and once a day. It hinders nobody: where it fails, that is written into the log. */
export function keepHouse(directory: string, client: Client, log: Log): { stop(): void } {
  const once = (): void => {
    housekeeping(directory, openRuns(client)).then(
      (removed) => {
        log.info('removed what nobody needs any more', { ...removed });
      },
      (error: unknown) => {
        log.warn('what nobody needs any more could not be removed', { error: String(error) });
      },
    );
  };
  once();
  const timer = setInterval(once, day);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

const openRuns =
  (client: Client): OpenSince =>
  async (before) => {
    const { count } = await client.workflow.count(
      `ExecutionStatus = "Running" AND StartTime < "${new Date(before).toISOString()}"`,
    );
    return count > 0;
  };

const isTree = /^[0-9a-f]{12}$/;

/** A tree's time is that of its last use. It disappears at once and whole: half of one must not pass for a tree. */
async function pruneTrees(parent: string, before: number, deployed = ''): Promise<number> {
  let removed = 0;
  for (const name of await folders(parent)) {
    const tree = path.join(parent, name);
    if (name.startsWith(aside)) {
      // Left by one who was interrupted.
      await rm(tree, { recursive: true, force: true, maxRetries: 3 });
    } else if (isTree.test(name) && !deployed.includes(name) && (await changed(tree)) < before) {
      const gone = path.join(parent, `${aside}${randomUUID()}`);
      await rename(tree, gone);
      await rm(gone, { recursive: true, force: true, maxRetries: 3 });
      removed += 1;
    }
  }
  return removed;
}

/** Notes of what was begun and never ended. */
async function pruneFiles(directory: string, before: number): Promise<void> {
  for (const entry of await entries(directory)) {
    const file = path.join(directory, entry.name);
    if (entry.isFile() && (await changed(file)) < before) await rm(file, { force: true });
  }
}

async function pruneBackups(environment: string, before: number): Promise<number> {
  const names = (await entries(environment)).filter((entry) => entry.isFile()).map(({ name }) => name);
  const files = names.filter((name) => /\.backup(\.part)?$/.test(name));
  const known = await Promise.all(
    files.map(async (name) => {
      const file = path.join(environment, name);
      return { file, whole: name.endsWith('.backup'), at: await changed(file) };
    }),
  );
  const newest = known
    .filter(({ whole }) => whole)
    .sort((a, b) => b.at - a.at)
    .slice(0, keptBackups);
  const old = known.filter((one) => one.at < before && !newest.includes(one));
  // With the checksum that the preset writes beside it.
  for (const { file } of old) for (const name of [file, `${file}.sum`]) await rm(name, { force: true });
  return old.length;
}

/** Epoch milliseconds; what is gone meanwhile counts as new. */
const changed = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );

/** Directories so many levels down. */
async function below(directory: string, levels: number): Promise<readonly string[]> {
  if (levels === 0) return [directory];
  const names = await folders(directory);
  return (await Promise.all(names.map((name) => below(path.join(directory, name), levels - 1)))).flat();
}

const entries = (directory: string) => readdir(directory, { withFileTypes: true }).catch(() => []);

const folders = async (directory: string): Promise<readonly string[]> =>
  (await entries(directory)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
