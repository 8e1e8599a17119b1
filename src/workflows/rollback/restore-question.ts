import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import { passGate } from '../gates/gates.ts';
import type { Run } from '../run/run.ts';

/** Nobody decides: the data stays. Milliseconds. */
const decideWithin = 60 * 60_000;

/** Whether the data can be taken back to what it was before the deployment, and the product does not rule it out. */
export function mayRestore({ database }: EnvironmentConfig): boolean {
  return (
    database !== undefined &&
    database.restoreOnRollback !== 'never' &&
    (database.restore !== undefined || database.postgres !== undefined)
  );
}

/** Restores where the product says so, and otherwise asks people: a restore loses what users wrote since. */
export async function wantsRestore(run: Run, { database }: EnvironmentConfig): Promise<boolean> {
  if (database?.restoreOnRollback === 'if-migrated') return true;
  const end = await passGate(run, {
    id: 'restore',
    kind: 'question',
    statement: 'Migrations ran. Shall the database be restored from the backup taken before the deployment?',
    details:
      'What was written since the backup is lost by a restore. Without one the previous version runs on the migrated database.',
    choices: [
      { id: 'restore', title: 'restore the backup' },
      { id: 'keep', title: 'keep the database as it is' },
    ],
    expiresAfter: decideWithin,
    onExpiry: 'the database is kept as it is',
    uninterruptible: true,
  });
  if (end.action === 'decided' && end.choice === 'restore') return true;
  run.end('rollback.restore', 'skipped', `the database is kept as it is: ${end.reason}`);
  return false;
}
