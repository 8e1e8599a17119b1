import type { DatabaseConfig } from '../config/database-schema.ts';

/** What a rollback would go back to, and what the version changes on its way. */
export interface WayBackFacts {
  readonly database: DatabaseConfig | undefined;
  /** What runs there, without `v`; undefined where nothing does. */
  readonly previous: string | undefined;
  /** It has migrations that what runs there does not have. */
  readonly migrates: boolean;
}

/** What would really happen where the version is taken back, a line each: what approvers are told, and what `docs/databases.md` says. */
export function rollbackPlan({ database, previous, migrates }: WayBackFacts): readonly string[] {
  return [
    previous
      ? `traffic goes back to v${previous}, which is verified`
      : 'there is no earlier version: the new one is taken out of service',
    ...(database?.migrate
      ? [dataPlan(database)]
      : migrates
        ? ['the migrations are not run by this flow, and not taken back by it']
        : []),
  ];
}

/** Whether migrations run in an environment without a backup of before. */
export function migratesUnsaved(database: DatabaseConfig | undefined): boolean {
  return database?.migrate !== undefined && !isSaved(database);
}

function dataPlan(database: DatabaseConfig): string {
  if (!isSaved(database))
    return `no backup is made before the migrations${database.withoutBackup === undefined ? '' : ` (${database.withoutBackup})`}: the database stays as they leave it, whatever becomes of the version`;
  if (database.restore === undefined && database.postgres === undefined)
    return 'the database stays as the migrations leave it: it is backed up, and no command restores it';
  return {
    ask: 'once migrations have begun, a person is asked whether the backup is restored; where nobody answers within an hour, the database stays as it is',
    'if-migrated': 'once migrations have begun, the backup is restored: what was written since is lost',
    never: 'the database stays as the migrations leave it: the backup is not restored',
  }[database.restoreOnRollback];
}

const isSaved = ({ backup, postgres }: DatabaseConfig): boolean =>
  backup !== undefined || postgres !== undefined;
