// Applies the migrations that the database does not have yet: all of them or none. Safe to run again.
import { openDatabase } from '../src/database.js';
import { migrate } from '../src/migrations.js';
import { databasePath } from '../src/settings.js';
import { runScript } from '../src/script.js';

runScript(() => {
  const database = openDatabase(databasePath());
  try {
    const applied = migrate(database);
    console.log(
      applied.length === 0
        ? 'Nothing to apply: the database is up to date.'
        : `Applied ${applied.join(', ')}.`,
    );
    return { applied };
  } finally {
    database.close();
  }
});
