// Brings SHOP_DATABASE back to what SLUICE_BACKUP holds, also while the shop runs. Safe to run again.
// What is replaced is kept beside it: orders since the backup are in that file.
import { existsSync, rmSync } from 'node:fs';
import { readInfo, restoreBackup } from '../src/backup.js';
import { openDatabase } from '../src/database.js';
import { databasePath } from '../src/settings.js';
import { backupPath, runScript } from '../src/script.js';

runScript(() => {
  const file = backupPath();
  const path = databasePath();
  readInfo(file);
  const replaced = keepReplaced(path);
  const { changed, before, after } = restoreBackup({ file, database: path });
  if (!changed && replaced) rmSync(replaced);
  const orders = Math.max(0, (before.orders ?? 0) - (after.orders ?? 0));
  console.log(changed ? `Restored ${path} from ${file}.` : `${path} already holds what ${file} holds.`);
  if (changed && replaced)
    console.log(`What it held before is kept in ${replaced} (${orders} orders since the backup).`);
  return {
    restored: changed,
    ordersSinceBackup: orders,
    ...(changed && replaced && { replaced }),
    rows: after,
  };
});

function keepReplaced(path) {
  if (!existsSync(path)) return undefined;
  const copy = `${path}.replaced-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const database = openDatabase(path);
  try {
    database.prepare('VACUUM INTO ?').run(copy);
    return copy;
  } finally {
    database.close();
  }
}
