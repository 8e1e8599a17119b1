// Writes a snapshot of SHOP_DATABASE to SLUICE_BACKUP. Safe to run again; never replaces another backup.
import { takeBackup } from '../src/backup.js';
import { databasePath } from '../src/settings.js';
import { backupPath, runScript } from '../src/script.js';

runScript(() => {
  const file = backupPath();
  const { takenAt, digest, rows, repeated } = takeBackup({
    database: databasePath(),
    file,
    key: process.env.SLUICE_IDEMPOTENCY_KEY,
  });
  console.log(repeated ? `This backup was taken already: ${file}` : `Backed up to ${file}`);
  return { backup: file, takenAt, digest, rows };
});
