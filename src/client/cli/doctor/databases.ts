import { execFile } from 'node:child_process';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import type { Check } from './check.ts';
import { isProgram } from './commands.ts';
import { withSecrets, type Secrets } from './secrets.ts';

const tools = ['pg_dump', 'pg_restore', 'psql'];

/** PostgreSQL's client programs, and whether each environment's server answers. */
export async function checkDatabases(
  root: string,
  { environments }: ProductConfig,
  secrets: Secrets,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [name, { database }] of Object.entries(environments)) {
    if (database?.postgres === undefined) continue;
    const what = `database of ${name}`;
    checks.push(...(await missingTools(what, root)));
    checks.push(await withSecrets(what, [database.postgres], secrets, ([url = '']) => reachable(what, url)));
  }
  return checks;
}

async function missingTools(what: string, root: string): Promise<Check[]> {
  const there = await Promise.all(tools.map((tool) => isProgram(tool, root)));
  return tools
    .filter((_, index) => !there[index])
    .map((tool) => ({
      level: 'fail',
      what,
      says: `${tool} is not on the PATH`,
      mend: "install PostgreSQL's client programs",
      about: 'configuration',
    }));
}

/** pg_isready connects without logging in; the URL goes through the environment, where no process list shows it. */
async function reachable(what: string, url: string): Promise<Check> {
  if (!URL.canParse(url))
    return {
      level: 'fail',
      what,
      says: 'its secret is no URL',
      mend: 'write it like postgres://user:password@host:5432/name',
      about: 'configuration',
    };
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
