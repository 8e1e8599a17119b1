import { appliedMigrations, pendingMigrations } from './migrations.js';

/**
 * Whether this version can serve. A database that lacks one of its migrations is "not yet":
 * the process stays up and answers 503 until the migration was applied. One that has more is fine.
 */
export function checkHealth(connection) {
  try {
    const database = connection.get();
    const pending = pendingMigrations(database).map(({ name }) => name);
    if (pending.length > 0) return unhealthy(`waiting for the migration ${pending.join(', ')}`);
    const { products } = database.prepare('SELECT count(*) AS products FROM products').get();
    return { ok: true, products, migration: [...appliedMigrations(database).keys()].at(-1) };
  } catch (error) {
    return unhealthy(`the database does not answer: ${error.message}`);
  }
}

const unhealthy = (reason) => ({ ok: false, reason });
