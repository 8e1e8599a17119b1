/**
 * The schema, step by step; a step that was released is never changed again. One table holds every kind of record, so
 * that one chain covers all that is known of a run. `body` is the record in canonical JSON, exactly as it was hashed.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('entry', 'deployment')),
    key TEXT NOT NULL,
    run TEXT NOT NULL,
    product TEXT NOT NULL,
    environment TEXT,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (kind, key)
  ) STRICT;
  CREATE INDEX records_by_run ON records (run, seq);
  CREATE INDEX deployments_by_time ON records (at DESC, seq DESC) WHERE kind = 'deployment';

  -- Append-only, whoever opens the file. The first one makes the same key the same record, also against REPLACE.
  CREATE TRIGGER records_once BEFORE INSERT ON records
    WHEN EXISTS (SELECT 1 FROM records WHERE seq = NEW.seq OR (kind = NEW.kind AND key = NEW.key))
    BEGIN SELECT RAISE(IGNORE); END;
  CREATE TRIGGER records_no_update BEFORE UPDATE ON records
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a record is never changed'); END;
  CREATE TRIGGER records_no_delete BEFORE DELETE ON records
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a record is never deleted'); END;
  `,
];
