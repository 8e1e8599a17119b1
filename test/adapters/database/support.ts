import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { execa } from 'execa';
import pg from 'pg';
import type { DatabaseAction } from '../../../src/domain/environments/database-commands.ts';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { EffectOutcome, StepRef } from '../../../src/domain/run/effect-outcome.ts';
import { compose } from '../../../src/workers/compose.ts';
import type { Postgres } from '../../support/postgres.ts';
import { createSandbox } from '../git/sandbox.ts';
import { quietLog } from '../../support/log.ts';

/** What one attempt of the activity is given; plain, so that another process can be given it, too. */
export interface Attempt {
  readonly file: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly commit: string;
  readonly action: DatabaseAction;
  readonly ref: Pick<StepRef, 'step' | 'try'>;
  readonly backup: string;
  readonly attempt: number;
}

/** One attempt of the activity of a release, on a worker's own composition, with everything that goes into the history. */
export async function runAttempt(given: Attempt): Promise<{ outcome: EffectOutcome; history: string }> {
  const { file, directory, env, commit, action, backup, attempt } = given;
  const parsed = parseProductConfig(await readFile(file, 'utf8'), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  const ref = { ...given.ref, product: 'shop', configuration: parsed.digest };
  const client = (): never => {
    throw new Error('a database command asks nothing of Temporal');
  };
  const worker = compose({ catalog: [file], directory, env, soleHost: true, client, log: quietLog });
  const heartbeats: unknown[] = [];
  const temporal = new MockActivityEnvironment({ attempt });
  temporal.on('heartbeat', (details: unknown) => heartbeats.push(details));
  const target = {
    product: 'shop',
    environment: 'production',
    version: '1.1.0',
    commit,
    previousVersion: '1.0.0',
  };
  const request = { target, backup };
  try {
    const outcome = await temporal.run<[], EffectOutcome, () => Promise<EffectOutcome>>(() =>
      worker.activities.database(ref, action, request),
    );
    return { outcome, history: JSON.stringify([ref, action, request, heartbeats, outcome]) };
  } finally {
    worker.close();
  }
}

/** A product whose production has a PostgreSQL database, and a worker that looks after it. */
export interface World {
  readonly env: NodeJS.ProcessEnv;
  /** Everything that Sluice writes. */
  readonly data: string;
  attempt(action: DatabaseAction, more?: Partial<Attempt>): Attempt;
  run(action: DatabaseAction, more?: Partial<Attempt>): Promise<EffectOutcome>;
  /** The backup, whole or not. */
  backup(): Promise<string>;
  /** All that went into the history, and all files but the backups: where a password must never be. */
  written(): Promise<string>;
  remove(): Promise<void>;
}

const preset = {
  postgres: 'env:SHOP_DATABASE_URL',
  migrate: 'psql -qX -v ON_ERROR_STOP=1 -1 -f migration.sql "$SLUICE_DATABASE_URL"',
};

let tries = 0;

export async function createWorld(
  url: string,
  files: Readonly<Record<string, string>>,
  database: object = {},
): Promise<World> {
  const sandbox = await createSandbox();
  const commit = await sandbox.commit('feat: the shop', files);
  const file = join(sandbox.root, 'sluice.yaml');
  const data = join(sandbox.root, '.sluice');
  await mkdir(data);
  await writeFile(
    file,
    `product: shop
repository: { path: checkout }
environments:
  staging: { process: { start: exec node server.js, port: 4100 } }
  production:
    process: { start: exec node server.js, port: 4200 }
    approval: { from: [alice] }
    database: ${JSON.stringify({ ...preset, ...database })}
`,
  );
  const env = { PATH: process.env['PATH'], HOME: sandbox.root, SHOP_DATABASE_URL: url };
  const histories: string[] = [];
  const files_ = async (directory: string): Promise<string[]> => {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };
  const attempt = (action: DatabaseAction, more: Partial<Attempt> = {}): Attempt => {
    tries += 1;
    const ref = { step: `production.${action}`, try: tries };
    return { file, directory: data, env, commit, action, ref, backup: 'one', attempt: 1, ...more };
  };
  return {
    env,
    data,
    attempt,
    async run(action, more) {
      const { outcome, history } = await runAttempt(attempt(action, more));
      histories.push(history);
      return outcome;
    },
    async backup() {
      const found = (await files_(join(data, 'backups'))).filter((path) => /\.backup(\.part)?$/.test(path));
      if (found.length !== 1) throw new Error(`expected one backup: ${found.join(', ')}`);
      return found[0]!;
    },
    async written() {
      const paths = (await files_(data)).filter(
        (path) => !/[/](git|backups)[/]/.test(path.slice(data.length)),
      );
      const texts = await Promise.all(paths.map((path) => readFile(path, 'latin1')));
      return [...histories, ...texts].join('\n');
    },
    remove: () => sandbox.remove(),
  };
}

/** A worker of its own, which can be killed while its command goes on. */
export function startWorker(attempt: Attempt): ChildProcess {
  const script = fileURLToPath(new URL('worker-process.ts', import.meta.url));
  return spawn(process.execPath, [script, JSON.stringify(attempt)], { stdio: 'ignore' });
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export const query = (url: string, text: string): Promise<Record<string, unknown>[]> =>
  withClient(url, async (client) => {
    const results: unknown = await client.query(text);
    return ((Array.isArray(results) ? results.at(-1) : results) as pg.QueryResult<Record<string, unknown>>)
      .rows;
  });

/** Everything that pg_dump can say about a database, as text: equal before and after means that it is the same. */
export async function everythingIn(url: string): Promise<string> {
  const { stdout } = await execa('pg_dump', ['--create', '--dbname', url]);
  // A key of this one dump.
  return stdout.replace(/^\\(un)?restrict .*$/gm, '');
}

export const databasesOf = async (server: Postgres): Promise<unknown[]> =>
  (await query(server.url(), 'select datname from pg_database order by 1')).map(({ datname }) => datname);
