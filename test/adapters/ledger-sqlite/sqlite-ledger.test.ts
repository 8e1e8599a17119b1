import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LedgerProblem } from '../../../src/adapters/ledger-sqlite/ledger-problem.ts';
import { openSqliteLedger } from '../../../src/adapters/ledger-sqlite/sqlite-ledger.ts';
import type { SqliteLedger } from '../../../src/adapters/ledger-sqlite/sqlite-ledger.ts';
import { deploymentRecord, ledgerContract, ledgerEntry } from '../../contract/ledger.ts';

let directory: string;
let open: SqliteLedger[];
const path = () => join(directory, 'data', 'ledger.db');
const openLedger = () => {
  const ledger = openSqliteLedger(path());
  open.push(ledger);
  return ledger;
};
const setUp = () => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-ledger-'));
  open = [];
};
const tearDown = () => {
  for (const ledger of open) ledger.close();
  rmSync(directory, { recursive: true, force: true });
};

ledgerContract('sqlite', async () => {
  setUp();
  return { ledger: openLedger(), again: async () => openLedger(), stop: async () => tearDown() };
});

describe('the SQLite ledger', () => {
  beforeEach(setUp);
  afterEach(tearDown);

  const run = 'release/shop/v1.4.0';
  const raw = <T>(work: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(path());
    try {
      return work(database);
    } finally {
      database.close();
    }
  };

  it.each([`UPDATE records SET body = '{}'`, `DELETE FROM records`, `DELETE FROM records WHERE seq = 1`])(
    '[DW-13] refuses, from any program: %s',
    async (sql) => {
      await openLedger().append([ledgerEntry('a')]);
      expect(() => raw((database) => database.exec(sql))).toThrow(/append-only/);
      expect(await openLedger().entries(run)).toHaveLength(1);
    },
  );

  it.each(['1', '99'])('[DW-13] REPLACE does not replace (seq %s)', async (seq) => {
    const ledger = openLedger();
    await ledger.append([ledgerEntry('a')]);
    raw((database) =>
      database.exec(
        `INSERT OR REPLACE INTO records VALUES (${seq}, 'entry', 'a', '${run}', 'shop', NULL, 0, '{}', '')`,
      ),
    );
    expect(await ledger.entries(run)).toEqual([ledgerEntry('a')]);
  });

  it('[DW-13] finds a record that was patched behind its back', async () => {
    const ledger = openLedger();
    await ledger.append(['a', 'b', 'c'].map((key) => ledgerEntry(key)));
    await ledger.recordDeployment(deploymentRecord('d'));
    expect(await ledger.verify(run)).toEqual({ ok: true, records: 4 });
    expect(await ledger.verify('nobody')).toEqual({ ok: true, records: 0 });
    raw((database) => {
      database.exec(
        `DROP TRIGGER records_no_update; UPDATE records SET body = replace(body, 'entry b', 'entry B')`,
      );
    });
    expect(await ledger.verify(run)).toEqual({ ok: false, records: 4, key: 'b' });
  });

  it('[DW-13] finds a record that was taken out', async () => {
    const ledger = openLedger();
    await ledger.append(['a', 'b', 'c'].map((key) => ledgerEntry(key)));
    raw((database) => database.exec(`DROP TRIGGER records_no_delete; DELETE FROM records WHERE key = 'b'`));
    expect(await ledger.verify(run)).toEqual({ ok: false, records: 2, key: 'c' });
  });

  it('a record without a time is refused, and nothing of its batch is kept', async () => {
    const ledger = openLedger();
    await expect(ledger.append([ledgerEntry('a'), ledgerEntry('b', { at: 'yesterday' })])).rejects.toThrow(
      /ISO 8601: yesterday/,
    );
    expect(await ledger.entries(run)).toEqual([]);
  });

  it('[PL-1] killed amid writing: what was said to be safe is there, no batch is torn, and it goes on', async () => {
    const writer = start('w', 1_000_000);
    const said = await linesOf(writer, 20);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const ledger = openLedger();
    const keys = (await ledger.entries('shared')).map(({ key }) => key);
    expect(keys).toEqual(
      expect.arrayContaining(said.flatMap((batch) => [`${batch}-a`, `${batch}-b`, `${batch}-c`])),
    );
    expect(keys.length % 3).toBe(0);
    await ledger.append([ledgerEntry('after', { run: 'shared' })]);
    expect(await ledger.verify('shared')).toEqual({ ok: true, records: keys.length + 1 });
  });

  it('several processes create, open and write it at once', async () => {
    const writers = ['w1', 'w2', 'w3', 'w4'].map((name) => start(name, 25));
    const ends = await Promise.all(writers.map((writer) => once(writer, 'exit')));
    expect(ends.map(([code]) => code as number)).toEqual([0, 0, 0, 0]);
    const ledger = openLedger();
    expect(await ledger.entries('shared')).toHaveLength(4 * 25 * 3);
    expect(await ledger.verify('shared')).toMatchObject({ ok: true });
  });

  it('opening again changes nothing, and no warning is printed', async () => {
    const writer = start('w', 1);
    const errors: string[] = [];
    writer.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
    await once(writer, 'close');
    expect(errors.join('')).toBe('');
    openLedger();
    expect(raw((database) => database.prepare('SELECT version FROM schema_version').all())).toEqual([
      { version: 1 },
    ]);
  });

  it('a file of a newer Sluice is left alone', () => {
    openLedger().close();
    raw((database) => database.exec(`INSERT INTO schema_version VALUES (99, 'later')`));
    expect(openLedger).toThrow(LedgerProblem);
    expect(openLedger).toThrow(/schema 99, this one knows 1\): update Sluice/);
  });

  it.each(['this is no database, however long it may be. '.repeat(100), 'short'])(
    'a file that is none is named',
    (text) => {
      openLedger().close();
      rmSync(path());
      rmSync(`${path()}-wal`, { force: true });
      writeFileSync(path(), text);
      expect(openLedger).toThrow(LedgerProblem);
      expect(openLedger).toThrow(path());
    },
  );

  it('a directory is named', () => {
    expect(() => openSqliteLedger(directory)).toThrow(LedgerProblem);
  });

  it('closing twice is fine; using it afterwards is an error', async () => {
    const ledger = openLedger();
    ledger.close();
    ledger.close();
    await expect(ledger.entries(run)).rejects.toThrow();
  });

  type Writer = ChildProcessByStdio<null, Readable, Readable>;
  const start = (name: string, batches: number): Writer =>
    spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), path(), name, String(batches)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const linesOf = async (writer: Writer, wanted: number): Promise<string[]> => {
    let text = '';
    for await (const chunk of writer.stdout) {
      text += String(chunk);
      if (text.split('\n').length > wanted) break;
    }
    return text.split('\n').slice(0, -1);
  };
});
