import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import type { Check } from './check.ts';
import { checkCommands, isProgram } from './commands.ts';
import type { Evidence } from './evidence.ts';
import { checkEvidence } from './evidence.ts';
import { checkNotifications } from './notifications.ts';
import { checkPeople } from './people.ts';
import { checkRepository, type Remotes } from './repository.ts';

/** Gives the value of a secret reference. */
type Secrets = (reference: string) => Promise<string>;

/** What the doctor asks. */
export interface Outside {
  readonly secrets: Secrets;
  readonly remotes: Remotes;
  readonly evidence: Evidence;
}

/** Everything that a product's configuration points at. */
export async function checkProduct(
  file: string,
  config: ProductConfig,
  { secrets, remotes, evidence }: Outside,
): Promise<Check[]> {
  const root = dirname(file);
  const checks = await Promise.all([
    checkRepository(root, config, remotes),
    checkCodeHost(config, secrets),
    checkCommands(root, config),
    checkDatabases(root, config, secrets),
    checkPorts(config),
    checkEvidence(config, evidence),
    checkNotifications(config, secrets),
  ]);
  return [
    { level: 'ok', what: 'configuration', says: file, about: 'configuration' },
    ...checks.flat(),
    ...checkPeople(config),
  ];
}

async function checkCodeHost(
  { repository: { codeHost } }: ProductConfig,
  secrets: Secrets,
): Promise<Check[]> {
  if (codeHost === 'local') return [{ level: 'ok', what: 'code host', says: 'local', about: 'connection' }];
  const { repository, token, apiUrl } = codeHost.github;
  const mend =
    'a token that may read issues and pull requests and write contents, where the configuration says it is';
  try {
    const secret = await secrets(token);
    const answer = await fetch(`${apiUrl}/repos/${repository}`, {
      headers: {
        authorization: `Bearer ${secret}`,
        accept: 'application/vnd.github+json',
        'user-agent': 'sluice',
      },
      signal: AbortSignal.timeout(10_000),
    });
    return [
      answer.ok
        ? { level: 'ok', what: 'code host', says: `GitHub ${repository}`, about: 'connection' }
        : {
            level: 'fail',
            what: 'code host',
            says: `GitHub answers ${answer.status} for ${repository}`,
            mend,
            about: 'connection',
          },
    ];
  } catch (error) {
    return [
      {
        level: 'fail',
        what: 'code host',
        says: error instanceof Error ? error.message : String(error),
        mend,
        about: 'connection',
      },
    ];
  }
}

async function checkDatabases(
  root: string,
  { environments }: ProductConfig,
  secrets: Secrets,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [name, { database }] of Object.entries(environments)) {
    if (database?.postgres === undefined) continue;
    const what = `database of ${name}`;
    for (const tool of ['pg_dump', 'pg_restore', 'psql']) {
      if (!(await isProgram(tool, root)))
        checks.push({
          level: 'fail',
          what,
          says: `${tool} is not on the PATH`,
          mend: "install PostgreSQL's client programs",
          about: 'configuration',
        });
    }
    try {
      const url = await secrets(database.postgres);
      checks.push(await reachable(what, url));
    } catch (error) {
      checks.push({
        level: 'fail',
        what,
        says: error instanceof Error ? error.message : String(error),
        mend: 'set the variable, or write the file, that the configuration refers to',
        about: 'configuration',
      });
    }
  }
  return checks;
}

/** pg_isready connects without logging in; the URL goes through the environment, where no process list shows it. */
async function reachable(what: string, url: string): Promise<Check> {
  const { hostname, port } = new URL(url);
  return new Promise((done) => {
    execFile(
      'pg_isready',
      ['-t', '5'],
      { env: { ...process.env, PGHOST: hostname, PGPORT: port || '5432' } },
      (error, stdout, stderr) => {
        const says = (stdout || stderr || error?.message || '').trim();
        done(
          error
            ? { level: 'fail', what, says, mend: 'start the server, or correct the URL', about: 'connection' }
            : { level: 'ok', what, says, about: 'connection' },
        );
      },
    );
  });
}

async function checkPorts({ environments }: ProductConfig): Promise<Check[]> {
  const ports = Object.entries(environments).flatMap(([name, { process }]) =>
    process ? [{ name, port: process.port }] : [],
  );
  return Promise.all(
    ports.map(async ({ name, port }): Promise<Check> => {
      const free = await isFree(port);
      const what = `port of ${name}`;
      if (free) return { level: 'ok', what, says: `${port} is free`, about: 'configuration' };
      return {
        level: 'warn',
        what,
        says: `${port} is in use`,
        mend: 'fine if that is the version that sluice serves there; else stop the other program, or choose another port',
        about: 'configuration',
      };
    }),
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
