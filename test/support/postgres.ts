import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { vi } from 'vitest';
import { freePorts } from './free-ports.ts';

export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Of one of its databases, with user and password. */
  url(database?: string): string;
  stop(): Promise<void>;
}

/** A new PostgreSQL server with a data directory of its own, on the loopback. */
export async function startPostgres(): Promise<Postgres> {
  const bin = await binaries();
  const directory = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
  const owner = await unprivileged();
  const [user, password] = ['sluice', 'not-a-secret'];
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, password);
  if (owner) for (const path of [directory, passwordFile]) await chown(path, owner.uid, owner.gid);

  // PostgreSQL refuses to run as root.
  const as = owner ? ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'] : ['env'];
  const data = join(directory, 'data');
  const [wrapper = 'env', ...wrapping] = as;
  const initialise = [
    '-D',
    data,
    '-U',
    user,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
  ];
  await execa(wrapper, [...wrapping, join(bin, 'initdb'), ...initialise, '--no-sync'], { cwd: directory });

  const [port = 0] = await freePorts(1);
  const log = await open(join(directory, 'log'), 'w');
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, '-c', 'fsync=off'];
  const server = spawn(wrapper, [...wrapping, join(bin, 'postgres'), ...options], {
    cwd: directory,
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = once(server, 'exit');
  await log.close();
  const url = (database = 'postgres') => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  await vi.waitFor(
    async () => {
      if (server.exitCode !== null) throw new Error(await readFile(join(directory, 'log'), 'utf8'));
      const client = new pg.Client({ connectionString: url() });
      await client.connect();
      await client.end();
    },
    { timeout: 60_000, interval: 50 },
  );
  return {
    ...{ host: '127.0.0.1', port, user, password, url },
    async stop() {
      server.kill('SIGINT'); // PostgreSQL's fast shutdown: clients are sent away, nothing is lost.
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Debian keeps the server's programs out of the PATH, one directory a version. */
async function binaries(): Promise<string> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest !== undefined) return join(root, newest, 'bin');
  const { stdout } = await execa('pg_config', ['--bindir']);
  return stdout.trim();
}

async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const fields = (await execa('getent', ['passwd', 'postgres'])).stdout.split(':');
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}
