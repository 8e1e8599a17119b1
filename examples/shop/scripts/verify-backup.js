// Proves that SLUICE_BACKUP can be restored: restores it into a scratch database and looks at what came out.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInfo, restoreBackup } from '../src/backup.js';
import { openDatabase } from '../src/database.js';
import { backupPath, runScript } from '../src/script.js';

runScript(() => {
  const file = backupPath();
  const directory = mkdtempSync(join(tmpdir(), 'shop-backup-'));
  try {
    const database = join(directory, 'scratch.sqlite');
    const { rows, takenAt } = readInfo(file);
    restoreBackup({ file, database });
    inspect(database);
    console.log(`The backup of ${takenAt} was restored into a scratch database and is intact.`);
    return { verified: true, takenAt, rows };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

function inspect(path) {
  const database = openDatabase(path);
  try {
    const [{ integrity_check: integrity }] = database.prepare('PRAGMA integrity_check').all();
    if (integrity !== 'ok') throw new Error(`The restored database is damaged: ${integrity}.`);
    const broken = database.prepare('PRAGMA foreign_key_check').all();
    if (broken.length > 0)
      throw new Error(`${broken.length} rows of the backup refer to rows that it does not hold.`);
    const hasProducts = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'products'").get();
    if (hasProducts && !database.prepare('SELECT 1 FROM products').get())
      throw new Error('The backup is of a shop without any product.');
  } finally {
    database.close();
  }
}
