import type { CommandConfig, DatabaseConfig } from './config/schema.ts';

/** What can be done with an environment's database; undefined where it is not configured. */
export type DatabaseAction = 'backup' | 'verifyBackup' | 'restore' | 'migrate';

/** The URL of a scratch database on the same server: another name, everything else alike. */
const scratch = [
  'base="${SLUICE_DATABASE_URL%%\\?*}"; query="${SLUICE_DATABASE_URL#"$base"}"',
  'name="sluice_proof_$$"; url="${base%/*}/$name$query"',
].join('; ');

const tables = `select count(*) from pg_catalog.pg_tables where schemaname not in ('pg_catalog','information_schema')`;

/** PostgreSQL by its own tools, which must be on the worker's PATH. The proof restores into a scratch database and drops it. */
const postgres: Readonly<Record<Exclude<DatabaseAction, 'migrate'>, string>> = {
  backup:
    'pg_dump --format=custom --no-owner --file="$SLUICE_BACKUP.part" "$SLUICE_DATABASE_URL" && mv "$SLUICE_BACKUP.part" "$SLUICE_BACKUP"',
  verifyBackup: [
    'set -e',
    scratch,
    'psql -qX "$SLUICE_DATABASE_URL" -c "create database \\"$name\\""',
    `trap 'psql -qX "$SLUICE_DATABASE_URL" -c "drop database \\"$name\\""' EXIT`,
    'pg_restore --exit-on-error --no-owner --dbname="$url" "$SLUICE_BACKUP"',
    `wanted=$(pg_restore --list "$SLUICE_BACKUP" | grep -c ' TABLE DATA ' || true)`,
    `found=$(psql -qXAt "$url" -c "${tables}")`,
    '[ "$found" -ge "$wanted" ] || { echo "the backup has $wanted tables, the restored database $found" >&2; exit 1; }',
    'echo "{\\"tables\\":$found}"',
  ].join('\n'),
  restore:
    'pg_restore --exit-on-error --single-transaction --clean --if-exists --no-owner --dbname="$SLUICE_DATABASE_URL" "$SLUICE_BACKUP"',
};

/** The command of an action: the configured one, or the preset's. */
export function databaseCommand(database: DatabaseConfig, action: DatabaseAction): CommandConfig | undefined {
  const own = database[action];
  if (own)
    return database.postgres ? { ...own, env: { SLUICE_DATABASE_URL: database.postgres, ...own.env } } : own;
  if (!database.postgres || action === 'migrate') return undefined;
  return {
    run: postgres[action],
    timeout: 30 * 60_000,
    // A restore that may have happened is a question to a person; the other two can simply be repeated.
    idempotent: action !== 'restore',
    retries: 0,
    pass: [],
    env: { SLUICE_DATABASE_URL: database.postgres },
  };
}
