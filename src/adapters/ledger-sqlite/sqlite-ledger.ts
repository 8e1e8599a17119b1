import type { DatabaseSync } from 'node:sqlite';
import type { DeploymentRecord, Ledger, LedgerEntry } from '../../activities/ports/records.ts';
import { inTransaction, openDatabase } from './open-database.ts';
import { chainHash, recordText } from './record-text.ts';

export type Verified =
  | { readonly ok: true; readonly records: number }
  /** `key` is the first record that does not follow from the ones before it. */
  | { readonly ok: false; readonly records: number; readonly key: string };

export interface SqliteLedger extends Ledger {
  /**
   * Whether all records of a run are as they were written and in their order. What was cut off at the end can't be
   * seen this way, and whoever can write the file can also forge a whole chain: this finds damage and patched records.
   */
  verify(run: string): Promise<Verified>;
  close(): void;
}

/** The permanent record in one SQLite file (DW-13), shared by all processes of a host. Throws LedgerProblem. */
export function openSqliteLedger(path: string): SqliteLedger {
  const database = openDatabase(path);
  const add = inserter(database);
  const bodies = database.prepare(
    `SELECT body FROM records WHERE kind = 'entry' AND run = ? ORDER BY seq LIMIT -1 OFFSET ?`,
  );
  const chain = database.prepare('SELECT key, body, hash FROM records WHERE run = ? ORDER BY seq');
  const deployments = database.prepare(
    `SELECT body FROM records WHERE kind = 'deployment'
       AND (:product IS NULL OR product = :product) AND (:environment IS NULL OR environment = :environment)
     ORDER BY at DESC, seq DESC LIMIT :limit`,
  );
  // The calls are synchronous; a promise of each keeps a thrown error a rejection.
  const soon = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));
  const read = <T>(row: unknown): T => JSON.parse((row as { body: string }).body) as T;

  return {
    append: (entries) =>
      soon(() => inTransaction(database, () => entries.forEach((entry) => add('entry', entry, null)))),
    entries: (run, { from, size } = { from: 0, size: Number.POSITIVE_INFINITY }) =>
      soon(() => {
        const found: LedgerEntry[] = [];
        let length = 0;
        for (const row of bodies.iterate(run.toWellFormed(), from)) {
          found.push(read<LedgerEntry>(row));
          length += (row as { body: string }).body.length;
          if (length > size && found.length > 1) break;
        }
        return found;
      }),
    recordDeployment: (record) =>
      soon(() => inTransaction(database, () => add('deployment', record, record.environment))),
    deployments: ({ product = null, environment = null, limit }) =>
      soon(() =>
        deployments
          .all({ product, environment, limit: Math.max(0, Math.trunc(limit)) })
          .map(read<DeploymentRecord>),
      ),
    verify: (run) => soon(() => verifyChain(chain.all(run.toWellFormed()) as unknown as readonly Link[])),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

interface Link {
  readonly key: string;
  readonly body: string;
  readonly hash: string;
}

function verifyChain(links: readonly Link[]): Verified {
  const records = links.length;
  const broken = links.find(({ body, hash }, i) => chainHash(links[i - 1]?.hash ?? '', body) !== hash);
  return broken ? { ok: false, records, key: broken.key } : { ok: true, records };
}

function inserter(database: DatabaseSync) {
  const last = database.prepare('SELECT hash FROM records WHERE run = ? ORDER BY seq DESC LIMIT 1');
  const insert = database.prepare(
    'INSERT INTO records (kind, key, run, product, environment, at, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  return (
    kind: 'entry' | 'deployment',
    record: LedgerEntry | DeploymentRecord,
    environment: string | null,
  ): void => {
    const { key, product } = record;
    const run = record.run.toWellFormed();
    const at = Date.parse(record.at);
    if (Number.isNaN(at)) throw new TypeError(`the record ${key} has no time that is ISO 8601: ${record.at}`);
    const body = recordText(record);
    const previous = (last.get(run)?.['hash'] ?? '') as string;
    insert.run(kind, key.toWellFormed(), run, product, environment, at, body, chainHash(previous, body));
  };
}
