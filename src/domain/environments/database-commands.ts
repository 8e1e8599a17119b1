import type { CommandConfig, DatabaseConfig } from '../config/schema.ts';
import { postgresCommand } from './postgres-preset.ts';

/** What can be done with an environment's database; undefined where it is not configured. */
export type DatabaseAction = 'backup' | 'verifyBackup' | 'restore' | 'migrate' | 'undo';

/** The command of an action: the configured one, or the preset's. */
export function databaseCommand(database: DatabaseConfig, action: DatabaseAction): CommandConfig | undefined {
  const own = database[action];
  if (own)
    return database.postgres ? { ...own, env: { SLUICE_DATABASE_URL: database.postgres, ...own.env } } : own;
  if (!database.postgres || action === 'migrate' || action === 'undo') return undefined;
  const restorable = database.restore === undefined && database.restoreOnRollback !== 'never';
  return {
    run: postgresCommand(action, restorable),
    timeout: 30 * 60_000,
    // A restore that may have happened is a question to a person; the other two can simply be repeated.
    idempotent: action !== 'restore',
    retries: 0,
    pass: [],
    env: { SLUICE_DATABASE_URL: database.postgres },
  };
}

/**
 * The sentence that a failed action of the preset ended with; undefined for the user's own commands, whose last line may say anything.
 * @param tail the end of its output.
 */
export function databaseFailure(
  database: DatabaseConfig,
  action: DatabaseAction,
  tail: string,
): string | undefined {
  if (database[action] !== undefined) return undefined;
  return tail.trimEnd().split('\n').at(-1)?.slice(0, 500) || undefined;
}
