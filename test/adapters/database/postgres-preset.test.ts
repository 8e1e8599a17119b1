import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DatabaseAction } from '../../../src/domain/environments/database-commands.ts';
import type { EffectOutcome } from '../../../src/domain/run/effect-outcome.ts';
import { linesOf, supervisorOf } from '../commands/support.ts';
import { freePorts } from '../../support/free-ports.ts';
import { startPostgres } from '../../support/postgres.ts';
import type { Postgres } from '../../support/postgres.ts';
import { migration, shop } from './shop.ts';
import {
  createWorld,
  databasesOf,
  everythingIn,
  query,
  runAttempt,
  startWorker,
  withClient,
} from './support.ts';
import type { Attempt, World } from './support.ts';

const database = 'shøp-产品';
/** With all that a URL can't hold as it is. */
const password = 'pä@ss/w%rd?#: $(x)"\'';
const encoded = encodeURIComponent(password);

let server: Postgres;
let admin: string;
/** The application's own role: no superuser, it may only make databases. */
let url: string;
let world: World;

const at = (name: string, secret = encoded) =>
  `postgres://keeper:${secret}@${server.host}:${server.port}/${name}`;
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

beforeAll(async () => {
  server = await startPostgres();
  await query(
    server.url(),
    `create role reporting; create role keeper login createdb password '${password.replaceAll("'", "''")}'`,
  );
  await query(
    server.url(),
    `create database shop owner keeper encoding 'UTF8' template template0 locale 'C.UTF-8'`,
  );
  await query(at('shop'), shop);
});
afterAll(() => server.stop());

beforeEach(async () => {
  await query(server.url(), `drop database if exists "${database}" with (force)`);
  await query(server.url(), `create database "${database}" owner keeper template shop`);
  await query(server.url(), `alter database "${database}" set search_path to public, "büro"`);
  admin = server.url(encodeURIComponent(database));
  url = at(encodeURIComponent(database));
  world = await createWorld(url, { 'migration.sql': migration });
});
afterEach(() => world.remove());

async function done(action: DatabaseAction, more?: Partial<Attempt>): Promise<EffectOutcome> {
  const outcome = await world.run(action, more);
  expect(outcome.ok, `${outcome.summary}\n${outcome.tail}`).toBe(true);
  return outcome;
}

async function backedUp(): Promise<string> {
  expect((await done('backup')).summary).toMatch(/^backed up \d+/);
  return world.backup();
}

async function noPassword(...secrets: readonly string[]): Promise<void> {
  const written = Buffer.from(await world.written(), 'latin1').toString('utf8');
  expect([encoded, password, ...secrets].filter((secret) => written.includes(secret))).toEqual([]);
}

describe('[RW-9] [RW-15] a release with database.postgres', () => {
  it('backs up, proves, migrates, and restores exactly what was there before', async () => {
    const before = await everythingIn(admin);
    const backup = await backedUp();
    expect((await stat(backup)).mode & 0o077, 'others may not read it').toBe(0);

    expect(await done('verifyBackup')).toMatchObject({ facts: { outputs: { tables: 4 } } });
    expect(await everythingIn(admin)).toBe(before);
    expect(await databasesOf(server)).not.toContainEqual(expect.stringContaining('sluice_proof'));

    await done('migrate');
    const migrated = await everythingIn(admin);
    expect(migrated).toContain('loyalty');
    expect(migrated).not.toContain('bild');

    await done('restore');
    expect(await everythingIn(admin)).toBe(before);
    await noPassword();
  });

  it('restores twice, with the same result', async () => {
    const before = await everythingIn(admin);
    await backedUp();
    await done('migrate');
    await done('restore');
    await query(url, 'create table after_the_first (n int); delete from orders');
    await done('restore');
    expect(await everythingIn(admin)).toBe(before);
  });

  it('restores while an application uses the database: its connections and queries go on', async () => {
    const before = await everythingIn(admin);
    await backedUp();
    await done('migrate');

    const application = new pg.Pool({ connectionString: url, max: 3 });
    const broken = vi.fn();
    application.on('error', broken);
    const asked = async () =>
      (await application.query('select total from public.orders where number = 1')).rows[0] as object;
    let restoring = true;
    const seen: object[] = [];
    const busy = (async () => {
      while (restoring) seen.push(await asked());
    })();
    await done('restore');
    restoring = false;
    await busy;
    expect(seen[0]).toEqual({ total: '0.00' });
    expect(await asked()).toEqual({ total: '9.99' });
    expect(broken).not.toHaveBeenCalled();
    await application.end();
    expect(await everythingIn(admin)).toBe(before);
  });

  it('restores past a transaction that somebody left open, and ends it', async () => {
    const before = await everythingIn(admin);
    await backedUp();
    const forgotten = new pg.Client({ connectionString: url });
    const ended = vi.fn();
    forgotten.on('error', ended);
    await forgotten.connect();
    await forgotten.query('begin; update public.orders set total = 1');
    await done('restore');
    await until(() => expect(String(ended.mock.calls[0]?.[0])).toMatch(/terminating connection/));
    expect(await everythingIn(admin)).toBe(before);
  });

  it('leaves everything as it is where the restore fails in the middle', async () => {
    const backup = await backedUp();
    await done('migrate');
    const migrated = await everythingIn(admin);
    // A backup by a command of the user's has no checksum: what is wrong with it shows when it is read.
    await execa('rm', [`${backup}.sum`]);
    const whole = await stat(backup);
    await truncate(backup, Math.floor(whole.size * 0.7));
    const restored = await world.run('restore');
    expect(restored).toMatchObject({ ok: false });
    expect(restored.summary).toMatch(
      /nothing was restored, the database is as it was: .*(end of file|could not read)/,
    );
    expect(await everythingIn(admin)).toBe(migrated);
  });

  it('gives what belongs to another role back to it', async () => {
    await query(
      admin,
      `create role merchant; grant merchant to keeper; grant create on schema public to merchant`,
    );
    await query(url, 'alter table orders owner to merchant');
    const before = await everythingIn(admin);
    await backedUp();
    await done('verifyBackup');
    await done('restore');
    expect(await everythingIn(admin)).toBe(before);
    await query(admin, `drop owned by merchant cascade; drop role merchant`);
  });

  it('works with an empty database, the one that a first release has', async () => {
    await query(url, 'drop schema public cascade; drop schema "büro" cascade; create schema public');
    await query(admin, 'select lo_unlink(oid) from pg_largeobject_metadata');
    const before = await everythingIn(admin);
    await backedUp();
    expect(await done('verifyBackup')).toMatchObject({ facts: { outputs: { tables: 0 } } });
    await query(url, 'create table public.first (n int)');
    await done('restore');
    expect(await everythingIn(admin)).toBe(before);
  });
});

describe('[RW-9] the proof refuses a backup that', () => {
  const cases: Record<string, (backup: string) => Promise<unknown>> = {
    'is empty': (backup) => truncate(backup, 0),
    'is cut off': async (backup) => truncate(backup, (await stat(backup)).size - 200),
    'has one wrong byte': async (backup) => {
      const bytes = await readFile(backup);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = bytes[middle]! ^ 1;
      await writeFile(backup, bytes);
    },
    'is no backup': (backup) => writeFile(backup, 'no backup at all\n'),
  };
  it.each(Object.entries(cases))('%s', async (what, damage) => {
    const backup = await backedUp();
    await damage(backup);
    const proved = await world.run('verifyBackup');
    expect(proved).toMatchObject({ ok: false });
    expect(proved.summary).toMatch(what === 'is empty' ? /the backup is empty/ : /the backup is damaged/);

    // Also where there is no checksum, because the backup was made by a command of the user's.
    await execa('rm', [`${backup}.sum`]);
    const withoutSum = await world.run('verifyBackup');
    if (what !== 'has one wrong byte') expect(withoutSum).toMatchObject({ ok: false });
    expect(await databasesOf(server)).not.toContainEqual(expect.stringContaining('sluice_proof'));
  });

  it('is not there', async () => {
    expect(await world.run('verifyBackup')).toMatchObject({
      ok: false,
      summary: expect.stringMatching(/is not there/) as string,
    });
  });

  it('holds what the user could not restore, because it belongs to others', async () => {
    await query(admin, 'create table foreigners (n int); grant select on foreigners to keeper');
    await backedUp();
    const proved = await world.run('verifyBackup');
    expect(proved).toMatchObject({ ok: false });
    expect(proved.summary).toMatch(/the backup can't be restored .*must be member of role "sluice"/);
  });

  it('could not be restored over what is there, for want of a right', async () => {
    await query(
      admin,
      `alter database "${database}" owner to sluice; grant usage on schema public to keeper`,
    );
    await backedUp();
    const proved = await world.run('verifyBackup');
    expect(proved).toMatchObject({ ok: false });
    expect(proved.summary).toMatch(/lacks rights: CREATE on the database, CREATE on the schema public/);
  });
});

describe('a database that says no', () => {
  it.each([
    [
      'a wrong password',
      () => at(encodeURIComponent(database), 'wr0ng-p%40zzword'),
      /password authentication failed for user "keeper"/,
    ],
    ['no password', () => at('x').replace(`:${encoded}`, ''), /no password supplied/],
    ['no such database', () => at('nowhere'), /database "nowhere" does not exist/],
    [
      'another kind of URL',
      () => at('x', 'wr0ng-p%40zzword').replace(/^postgres/, 'mysql'),
      /must refer to a URL such as postgres:/,
    ],
    ['a password with an @', () => at('x', 'wr0ng-p@zzword'), /must be percent-encoded/],
    ['a password with a /', () => at('x', 'wr0ng-p/zzword'), /must be percent-encoded/],
    ['a password with a %', () => at('x', 'wr0ng-p%zzword'), /must be percent-encoded/],
    ['a password with a ?', () => at('x', 'wr0ng-p?zzword'), /must be percent-encoded/],
    ['the name in the query', () => `${at('x')}?dbname=x`, /stands after the host/],
  ])('%s: the summary says so, without the password', async (_, wrong, said) => {
    const outcome = await world.run('backup', { env: { ...world.env, SHOP_DATABASE_URL: wrong() } });
    expect(outcome).toMatchObject({ ok: false });
    expect(outcome.summary).toMatch(said);
    await noPassword('wr0ng-p', 'zzword');
  });

  it('says no to the proof and the restore, too', async () => {
    await backedUp();
    const env = { ...world.env, SHOP_DATABASE_URL: at('x', 'wr0ng-p%40zzword') };
    for (const action of ['verifyBackup', 'restore'] as const) {
      const outcome = await world.run(action, { env });
      expect(outcome).toMatchObject({ ok: false });
      expect(outcome.summary).toMatch(/password authentication failed/);
    }
    await noPassword('wr0ng-p', 'zzword');
  });

  it('the server is away', async () => {
    const [port = 0] = await freePorts(1);
    const env = { ...world.env, SHOP_DATABASE_URL: url.replace(`:${server.port}/`, `:${port}/`) };
    const { ok, summary } = await world.run('backup', { env });
    expect(ok).toBe(false);
    expect(summary).toMatch(/the database can't be reached .*Connection refused/);
    await noPassword();
  });

  it('the secret is not set', async () => {
    const { ok, summary } = await world.run('backup', { env: { PATH: process.env['PATH'] } });
    expect(ok).toBe(false);
    expect(summary).toMatch(/^env:SHOP_DATABASE_URL is not set/);
  });

  it('the user may not make databases: the proof says which right it needs', async () => {
    await backedUp();
    await query(server.url(), 'alter role keeper nocreatedb');
    const { ok, summary } = await world.run('verifyBackup');
    await query(server.url(), 'alter role keeper createdb');
    expect(ok).toBe(false);
    expect(summary).toMatch(/CREATEDB.*permission denied to create database/);
  });

  it('takes a password from the query, and further parameters', async () => {
    const other = `postgres://${server.host}:${server.port}/${encodeURIComponent(database)}?user=keeper&password=${encoded}&connect_timeout=3`;
    const env = { ...world.env, SHOP_DATABASE_URL: other };
    await done('backup', { env });
    await done('verifyBackup', { env });
    await noPassword();
  });

  it("hides the URL and its password in what the user's own commands print", async () => {
    await world.remove();
    const own = {
      'print.js':
        'const url = process.env.SLUICE_DATABASE_URL; console.log(url, decodeURIComponent(new URL(url).password))',
    };
    world = await createWorld(url, own, { backup: 'node print.js; exit 3' });
    const { summary, tail } = await world.run('backup');
    expect(summary).toMatch(/^exited with 3/);
    expect(tail).toBe('[redacted] [redacted]');
  });
});

describe("PostgreSQL's client programs", () => {
  it('are not there: the summary says what to install', async () => {
    const { ok, summary } = await world.run('backup', { env: { ...world.env, PATH: '/nonexistent' } });
    expect(ok).toBe(false);
    expect(summary).toMatch(/pg_dump is not on the worker's PATH: install PostgreSQL's client programs/);
  });

  it('are older than the server: before anything happens, it is said which to install', async () => {
    const bin = join(world.data, 'old');
    await mkdir(bin);
    await writeFile(join(bin, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 14.22 (Debian 14.22-1)"\n');
    await chmod(join(bin, 'pg_dump'), 0o755);
    const env = { ...world.env, PATH: `${bin}:${process.env['PATH']}` };
    const { ok, summary } = await world.run('backup', { env });
    expect(ok).toBe(false);
    expect(summary).toMatch(
      /pg_dump is version 14 and the server is PostgreSQL 15: install the client programs of PostgreSQL 15 .*postgresql-client-15/,
    );
  });
});

describe('[PL-1] killed half-way, a backup', () => {
  /** pg_dump waits for the lock, in the middle of its work. */
  const whileLocked = (work: (unlock: () => Promise<unknown>) => Promise<void>) =>
    withClient(admin, async (client) => {
      await client.query('begin; lock table public.orders in access exclusive mode');
      await work(() => client.query('rollback'));
    });
  const dumping = () =>
    until(async () =>
      expect(
        await query(
          admin,
          `select from pg_stat_activity where query like 'LOCK TABLE%' and wait_event_type = 'Lock'`,
        ),
      ).toHaveLength(1),
    );
  const commands = () => ({ data: join(world.data, 'commands') }) as Parameters<typeof supervisorOf>[0];

  it('with its worker: the next worker attaches, and it ran once', async () => {
    await whileLocked(async (unlock) => {
      const attempt = world.attempt('backup');
      const worker = startWorker(attempt);
      const exited = once(worker, 'exit');
      await dumping();
      worker.kill('SIGKILL');
      await exited;
      const { pid } = supervisorOf(commands());
      const { stdout: processes } = await execa('ps', ['-eo', 'args']);
      expect(processes).toContain('pg_dump');
      expect(processes.includes(encoded) || processes.includes(password)).toBe(false);

      const next = runAttempt({ ...attempt, attempt: 2 });
      await unlock();
      expect((await next).outcome).toMatchObject({ ok: true });
      expect(supervisorOf(commands()).pid).toBe(pid);
    });
    await done('verifyBackup');
  });

  it('with everything: nothing half is left as the backup, and it is made anew', async () => {
    await whileLocked(async (unlock) => {
      const attempt = world.attempt('backup');
      const worker = startWorker(attempt);
      const exited = once(worker, 'exit');
      await dumping();
      const { pid, execution } = supervisorOf(commands());
      worker.kill('SIGKILL');
      await exited;
      process.kill(-pid, 'SIGKILL');
      await until(() =>
        expect(linesOf(`/proc/${pid}/stat`).filter((line) => !line.includes(') Z '))).toEqual([]),
      );
      expect(await world.run('verifyBackup')).toMatchObject({
        ok: false,
        summary: expect.stringMatching(/is not there/) as string,
      });

      await unlock();
      expect((await runAttempt({ ...attempt, attempt: 2 })).outcome).toMatchObject({ ok: true });
      expect(supervisorOf(commands()).execution).not.toBe(execution);
    });
    await done('verifyBackup');
  });

  it('as a proof: the scratch database that it left is dropped by the next one', async () => {
    const backup = await backedUp();
    const leftover = `sluice_proof_${/([0-9a-f]+)\.backup$/.exec(backup)?.[1]}`;
    await query(url, `create database "${leftover}"`);
    await done('verifyBackup');
    expect(await databasesOf(server)).not.toContain(leftover);
  });
});
