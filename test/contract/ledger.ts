import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentRecord, Ledger, LedgerEntry } from '../../src/activities/ports/records.ts';

export interface LedgerSetup {
  readonly ledger: Ledger;
  /** The same ledger through a connection of its own, as another worker has it. */
  again(): Promise<Ledger>;
  stop(): Promise<void>;
}

export const ledgerEntry = (key: string, over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  key,
  run: 'release/shop/v1.4.0',
  product: 'shop',
  at: '2026-01-02T03:04:05.000Z',
  kind: 'step',
  summary: `entry ${key}`,
  data: { ok: true, nested: { list: [1, 'zwei', null] } },
  ...over,
});

export const deploymentRecord = (key: string, over: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  key,
  run: 'release/shop/v1.4.0',
  product: 'shop',
  environment: 'production',
  at: '2026-01-02T03:04:05.000Z',
  version: '1.4.0',
  type: 'release',
  status: 'succeeded',
  rollback: '–',
  notes: '',
  ...over,
});

/** What every ledger does, whatever it is kept in. */
export function ledgerContract(name: string, setup: () => Promise<LedgerSetup>): void {
  describe(`ledger contract: ${name}`, () => {
    let given: LedgerSetup;
    beforeEach(async () => {
      given = await setup();
    });
    afterEach(async () => {
      await given.stop();
    });

    it('[DW-13] gives entries back in the order they were written, run by run', async () => {
      const entries = ['a', 'b', 'c'].map((key) => ledgerEntry(key));
      await given.ledger.append(entries.slice(0, 2));
      await given.ledger.append([ledgerEntry('x', { run: 'release/shop/v1.5.0' })]);
      await given.ledger.append(entries.slice(2));
      expect(await given.ledger.entries('release/shop/v1.4.0')).toEqual(entries);
      expect(await given.ledger.entries('nobody')).toEqual([]);
    });

    it('reads a part of a record without the rest of it', async () => {
      const entries = ['a', 'b', 'c', 'd'].map((key) => ledgerEntry(key, { summary: key.repeat(1_000) }));
      await given.ledger.append(entries);
      const keys = async (from: number, size: number) =>
        (await given.ledger.entries('release/shop/v1.4.0', { from, size })).map(({ key }) => key);
      expect(await keys(0, 1_500)).toEqual(['a', 'b']);
      expect(await keys(1, 1_000_000)).toEqual(['b', 'c', 'd']);
      // There is more after a line that fills it alone.
      expect(await keys(2, 10)).toEqual(['c', 'd']);
      expect(await keys(4, 10)).toEqual([]);
    });

    it('[DW-13] the same key again is the same entry: what was written first stays', async () => {
      await given.ledger.append([ledgerEntry('a'), ledgerEntry('a', { summary: 'again' })]);
      await given.ledger.append([ledgerEntry('a', { summary: 'later' }), ledgerEntry('b')]);
      const summaries = (await given.ledger.entries('release/shop/v1.4.0')).map(({ summary }) => summary);
      expect(summaries).toEqual(['entry a', 'entry b']);
    });

    it('takes nothing, and takes what is odd', async () => {
      await given.ledger.append([]);
      const odd = ledgerEntry('odd', {
        summary: 'half \ud800 \u0000 😀',
        data: { big: 'x'.repeat(1_000_000), none: undefined },
      });
      await given.ledger.append([odd]);
      const [kept] = await given.ledger.entries(odd.run);
      expect(kept).toEqual({ ...odd, summary: 'half \ufffd \u0000 😀', data: { big: odd.data['big'] } });
    });

    it('[DW-13] lists deployments newest first, by product and environment, as many as asked for', async () => {
      const at = (day: number) => `2026-01-0${day}T00:00:00Z`;
      await given.ledger.recordDeployment(deploymentRecord('2', { at: at(2) }));
      await given.ledger.recordDeployment(deploymentRecord('3', { at: at(3), environment: 'staging' }));
      await given.ledger.recordDeployment(deploymentRecord('1', { at: at(1) }));
      await given.ledger.recordDeployment(
        deploymentRecord('4', { at: '2026-01-04T01:00:00.5+02:00', product: 'blog' }),
      );
      await given.ledger.recordDeployment(deploymentRecord('2', { at: at(2), notes: 'again' }));
      const keys = async (filter: { product?: string; environment?: string; limit: number }) =>
        (await given.ledger.deployments(filter)).map(({ key }) => key);
      expect(await keys({ limit: 100 })).toEqual(['4', '3', '2', '1']);
      expect(await keys({ product: 'shop', environment: 'production', limit: 100 })).toEqual(['2', '1']);
      expect(await keys({ product: 'shop', limit: 2 })).toEqual(['3', '2']);
      expect(await keys({ limit: 0 })).toEqual([]);
      expect(await given.ledger.deployments({ environment: 'staging', limit: 1 })).toEqual([
        deploymentRecord('3', { at: at(3), environment: 'staging' }),
      ]);
    });

    it('[DW-13] outlives the connection that wrote it', async () => {
      await given.ledger.append([ledgerEntry('a')]);
      await given.ledger.recordDeployment(deploymentRecord('d'));
      const other = await given.again();
      expect(await other.entries('release/shop/v1.4.0')).toHaveLength(1);
      expect(await other.deployments({ limit: 9 })).toHaveLength(1);
    });

    it('several writers at once lose nothing and double nothing', async () => {
      const other = await given.again();
      const writes = Array.from({ length: 40 }, (_, i) => [
        given.ledger.append([ledgerEntry(`k${i}`)]),
        other.append([ledgerEntry(`k${i}`)]),
      ]);
      await Promise.all(writes.flat());
      expect(await other.entries('release/shop/v1.4.0')).toHaveLength(40);
    });
  });
}
