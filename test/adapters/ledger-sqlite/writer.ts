import { openSqliteLedger } from '../../../src/adapters/ledger-sqlite/sqlite-ledger.ts';
import { ledgerEntry } from './entry.ts';

// A process of its own that writes batches of three and says each key that it was told is safe.
const [path = '', name = '', batches = '1'] = process.argv.slice(2);
const ledger = openSqliteLedger(path);
for (let batch = 0; batch < Number(batches); batch += 1) {
  await ledger.append(['a', 'b', 'c'].map((part) => ledgerEntry(`${name}-${batch}-${part}`)));
  process.stdout.write(`${name}-${batch}\n`);
}
ledger.close();
