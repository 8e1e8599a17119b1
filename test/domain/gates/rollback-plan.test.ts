import { describe, expect, it } from 'vitest';
import { databaseSchema } from '../../../src/domain/config/database-schema.ts';
import { migratesUnsaved, rollbackPlan } from '../../../src/domain/gates/rollback-plan.ts';

const database = (text: object) => databaseSchema.parse(text);
const back = 'traffic goes back to v1.0.0, which is verified';
const run = { run: 'true' };

describe('[RW-8] what an approver is told of the way back', () => {
  it.each<[string, object | undefined, string | undefined]>([
    ['no database', undefined, undefined],
    ['a database that nothing migrates', { backup: run, restore: run }, undefined],
    [
      'migrations without a backup',
      { migrate: run },
      'no backup is made before the migrations: the database stays as they leave it, whatever becomes of the version',
    ],
    [
      'migrations without a backup, whatever is said of restoring',
      { migrate: run, restoreOnRollback: 'if-migrated' },
      'no backup is made before the migrations: the database stays as they leave it, whatever becomes of the version',
    ],
    [
      'a backup that nothing restores',
      { migrate: run, backup: run },
      'the database stays as the migrations leave it: it is backed up, and no command restores it',
    ],
    [
      'a question',
      { migrate: run, backup: run, restore: run },
      'once migrations have begun, a person is asked whether the backup is restored; where nobody answers within an hour, the database stays as it is',
    ],
    [
      'a preset that restores at once',
      { migrate: run, postgres: 'env:URL', restoreOnRollback: 'if-migrated' },
      'once migrations have begun, the backup is restored: what was written since is lost',
    ],
    [
      'never',
      { migrate: run, postgres: 'env:URL', restoreOnRollback: 'never' },
      'the database stays as the migrations leave it: the backup is not restored',
    ],
  ])('%s', (_, configured, line) => {
    const facts = { database: configured && database(configured), previous: '1.0.0', migrates: true };
    const plan = rollbackPlan({ ...facts, migrates: configured !== undefined && 'migrate' in configured });
    expect(plan).toEqual(line === undefined ? [back] : [back, line]);
  });

  it('new migrations that no flow runs, and a first version', () => {
    expect(rollbackPlan({ database: undefined, previous: undefined, migrates: true })).toEqual([
      'there is no earlier version: the new one is taken out of service',
      'the migrations are not run by this flow, and not taken back by it',
    ]);
  });

  it.each([
    [undefined, false],
    [{ backup: run }, false],
    [{ migrate: run }, true],
    [{ migrate: run, backup: run }, false],
    [{ migrate: run, postgres: 'env:URL' }, false],
  ])('%j migrates without a backup: %s', (configured, unsaved) => {
    expect(migratesUnsaved(configured && database(configured))).toBe(unsaved);
  });
});

it('a restore of what nobody backs up is refused', () => {
  expect(databaseSchema.safeParse({ migrate: run, restore: run })).toMatchObject({
    success: false,
    error: { issues: [{ path: ['restore'], message: expect.stringContaining('needs a backup') as string }] },
  });
});

describe('a backup that is spelled out as none (requirements.md, "database changes without backup")', () => {
  const none = { none: 'all of it can be computed again' };

  it('is no backup: the plan says so with the reason, and the risk is that of none', () => {
    const without = database({ migrate: run, backup: none });
    expect(without).toMatchObject({ withoutBackup: none.none });
    expect(without).not.toHaveProperty('backup');
    expect(migratesUnsaved(without)).toBe(true);
    expect(rollbackPlan({ database: without, previous: '1.0.0', migrates: true })).toContain(
      'no backup is made before the migrations (all of it can be computed again): the database stays as they leave it, whatever becomes of the version',
    );
  });

  it.each<[string, object, string]>([
    ['without a reason', { migrate: run, backup: { none: '' } }, 'says why'],
    ['with several lines', { migrate: run, backup: { none: 'because\nof this and that' } }, 'says why'],
    ['beside a restore', { migrate: run, backup: none, restore: run }, 'needs a backup'],
    ['beside one that is made', { postgres: 'env:URL', backup: none }, 'leave one of the two out'],
  ])('%s is refused', (_, configured, message) => {
    const parsed = databaseSchema.safeParse(configured);
    expect(JSON.stringify(parsed.error?.issues)).toContain(message);
  });
});
