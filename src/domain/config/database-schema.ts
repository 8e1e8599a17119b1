import { z } from 'zod';
import { command, isMapping, relativePath, secretRef } from './parts.ts';

/** Spelled out, for people read it before they decide (requirements.md, "database changes without backup"). */
const noBackup = z.strictObject({
  none: z
    .string()
    .trim()
    .regex(/^[^\r\n]{10,300}$/, { error: 'one line of 10 to 300 characters that says why' }),
});

/** The database of an environment: how it is backed up, migrated and brought back (docs/databases.md). */
export const databaseSchema = z
  .strictObject({
    /** A PostgreSQL URL: fills in backup, proof and restore with pg_dump and pg_restore. */
    postgres: secretRef.optional(),
    /** Writes the backup to `$SLUICE_BACKUP`; or `none`, with the reason why there is no backup. */
    backup: z
      .union([noBackup, command('30m')], { error: 'a command, or { none: why there is no backup }' })
      .optional(),
    /** Proves that `$SLUICE_BACKUP` can be restored, in a scratch place. */
    verifyBackup: command('30m').optional(),
    restore: command('30m').optional(),
    migrate: command('30m').optional(),
    /** Undoes the migrations that `$SLUICE_PREVIOUS_VERSION` does not have; run in the tree of the newer version. */
    undo: command('30m').optional(),
    /** Globs of migrations that are declared safe to undo. Without a match a migration stays. */
    undoSafe: z.array(relativePath).optional(),
    /** Where the migrations are, for the bundle: a glob inside the repository. */
    migrations: relativePath.optional(),
    /** Document order is deploy, then migrate. */
    migrateWhen: z.enum(['after-deploy', 'before-deploy']).default('after-deploy'),
    restoreOnRollback: z.enum(['ask', 'if-migrated', 'never']).default('ask'),
  })
  .refine(
    ({ restore, backup, postgres }) =>
      restore === undefined || postgres !== undefined || (backup !== undefined && !isNone(backup)),
    { path: ['restore'], message: 'needs a backup to restore: say backup as well, or postgres' },
  )
  .refine(({ backup, postgres }) => postgres === undefined || !isNone(backup), {
    path: ['backup'],
    message: 'postgres makes one: leave one of the two out',
  })
  .transform(({ backup, ...rest }) => ({
    ...rest,
    ...(backup === undefined || isNone(backup) ? {} : { backup }),
    ...(isNone(backup) ? { withoutBackup: backup.none } : {}),
  }));

function isNone(backup: unknown): backup is z.output<typeof noBackup> {
  return isMapping(backup) && 'none' in backup;
}

export type DatabaseConfig = z.output<typeof databaseSchema>;
