import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import { git } from '../git.ts';
import type { Check } from './check.ts';

/** Gives the value of a secret reference. */
type Secrets = (reference: string) => Promise<string>;

/** Everything that a product's configuration points at. */
export async function checkProduct(file: string, config: ProductConfig, secrets: Secrets): Promise<Check[]> {
  const root = dirname(file);
  const checks = await Promise.all([
    checkRepository(root, config),
    checkCodeHost(config, secrets),
    checkCommands(root, config),
    checkDatabases(root, config, secrets),
    checkPorts(config),
  ]);
  return [{ level: 'ok', what: 'configuration', says: file, about: 'configuration' }, ...checks.flat()];
}

async function checkRepository(root: string, { repository }: ProductConfig): Promise<Check[]> {
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
  const from = repository.remote ?? path ?? root;
  const heads = await git(path ?? root, 'ls-remote', '--heads', from, repository.main);
  if (!heads.ok) {
    checks.push({
      level: 'fail',
      what: 'remote',
      says: `${from} can't be reached: ${heads.output}`,
      mend: 'correct repository.remote, or the access to it (an SSH key, a credential helper)',
      about: 'connection',
    });
  } else if (heads.output === '') {
    checks.push({
      level: 'fail',
      what: 'remote',
      says: `${from} has no branch ${repository.main}`,
      mend: 'push it, or correct repository.main',
      about: 'configuration',
    });
  } else {
    checks.push({
      level: 'ok',
      what: 'remote',
      says: `${from}, ${repository.main} at ${heads.output.slice(0, 7)}`,
      about: 'connection',
    });
  }
  return checks;
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

/** The programs that the configured commands begin with. */
async function checkCommands(root: string, config: ProductConfig): Promise<Check[]> {
  const source = resolve(root, config.repository.path ?? '.');
  const missing: string[] = [];
  const commands = commandsOf(config);
  for (const [where, line] of commands) {
    const program = programOf(line);
    if (program !== undefined && !(await exists(program, source)))
      missing.push(`${where}: ${program} is not there`);
  }
  if (missing.length === 0)
    return [{ level: 'ok', what: 'commands', says: `${commands.length} found`, about: 'configuration' }];
  return [
    {
      level: 'warn',
      what: 'commands',
      says: missing.join('\n'),
      mend: 'install it on this host, or correct the command',
      about: 'configuration',
    },
  ];
}

function commandsOf({ checks, environments, agents }: ProductConfig): [string, string][] {
  const found: [string, string][] = [];
  const add = (where: string, command: { readonly run: string } | undefined): void =>
    void (command && found.push([where, command.run]));
  for (const [name, check] of Object.entries(checks)) add(`checks.${name}`, check);
  for (const [name, agent] of Object.entries(agents)) add(`agents.${name}`, agent?.command);
  for (const [name, { process, script, smoke = [], database }] of Object.entries(environments)) {
    const at = `environments.${name}`;
    if (process) found.push([`${at}.process.start`, process.start]);
    add(`${at}.process.install`, process?.install);
    for (const [key, command] of Object.entries(script ?? {})) add(`${at}.script.${key}`, command);
    for (const command of smoke) add(`${at}.smoke`, command);
    for (const [key, value] of Object.entries(database ?? {}))
      if (typeof value === 'object') add(`${at}.database.${key}`, value);
  }
  return found;
}

/** The first word of a shell line, where that is plainly a program. */
function programOf(line: string): string | undefined {
  const word =
    line
      .trim()
      .replace(/^exec\s+/, '')
      .split(/\s+/)[0] ?? '';
  return /^[\w./@+-]+$/.test(word) &&
    !/^(cd|set|if|for|while|test|export|source|\.|true|false|echo|exit|trap|eval|ulimit|umask|wait|command|printf|read|sleep)$/.test(
      word,
    )
    ? word
    : undefined;
}

async function exists(program: string, directory: string): Promise<boolean> {
  const candidates = program.includes('/')
    ? [resolve(directory, program)]
    : (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, program));
  const found = await Promise.all(
    candidates.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
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
      if (!(await exists(tool, root)))
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
