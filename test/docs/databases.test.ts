import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { databaseCommand } from '../../src/domain/environments/database-commands.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import { createWorld, query } from '../adapters/database/support.ts';
import { startPostgres } from '../support/postgres.ts';
import type { Postgres } from '../support/postgres.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(path.join(root, file), 'utf8');
const doc = await read('docs/databases.md');

interface Block {
  environments: { production: { database: Record<string, unknown> } };
}
const blocks = [...doc.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => parse(yaml) as Block);
const [preset, elsewhere, own] = blocks.map(({ environments }) => environments.production.database);

describe('docs/databases.md', () => {
  it.each(blocks.map((block, index) => [index + 1, block] as const))('its configuration %i is valid', (_, block) => {
    const { database } = block.environments.production;
    const process = { start: 'node server.js', port: 4200 };
    const product = {
      product: 'shop',
      repository: { path: '.' },
      environments: {
        staging: { process: { ...process, port: 4100 } },
        production: { process, approval: { from: ['alice'] }, database },
      },
    };
    const parsed = parseProductConfig(JSON.stringify(product), 'docs/databases.md');
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    const configured = parsed.ok ? parsed.config.environments['production']?.database : undefined;
    const without = configured?.withoutBackup !== undefined;
    for (const action of without ? [] : (['backup', 'verifyBackup'] as const))
      expect(configured && databaseCommand(configured, action)).toBeDefined();
  });

  it('one of them has no backup, and says why', () => {
    const none = blocks.filter(({ environments }) => typeof environments.production.database['backup'] === 'object');
    expect(none.map(({ environments }) => environments.production.database['backup'])).toContainEqual({
      none: expect.stringMatching(/.{10,}/) as string,
    });
  });

  it('names the commands of examples/shop as they are', async () => {
    const shop = parse(await read('examples/shop/sluice.yaml')) as Block;
    const runs = (database: Record<string, unknown> | undefined) =>
      ['backup', 'verifyBackup', 'migrate', 'restore'].map((key) => (database?.[key] as { run?: string })?.run);
    expect(runs(own)).toEqual(runs(shop.environments.production.database));
  });

  describe('with a real server', () => {
    let server: Postgres;
    beforeAll(async () => {
      server = await startPostgres();
      await query(server.url(), 'create database shop');
      await query(server.url(), 'create database proof');
      await query(server.url('shop'), 'create table orders (n int); insert into orders values (1), (2)');
    });
    afterAll(() => server.stop());

    const files = {
      'package.json': JSON.stringify({ scripts: { migrate: 'psql -qX -f migrations/1.sql "$DATABASE_URL"' } }),
      'migrations/1.sql': 'alter table orders add column paid boolean;\n',
    };

    it('the preset goes the whole way', async () => {
      const world = await createWorld(server.url('shop'), files, preset);
      for (const action of ['backup', 'verifyBackup', 'migrate', 'restore'] as const)
        expect(await world.run(action)).toMatchObject({ ok: true });
      expect(await query(server.url('shop'), 'select * from orders')).toEqual([{ n: 1 }, { n: 2 }]);
      await world.remove();
    });

    it('the proof on another server says what it found there', async () => {
      const world = await createWorld(server.url('shop'), files, elsewhere);
      const env = { ...world.env, SHOP_PROOF_DATABASE_URL: server.url('proof') };
      expect(await world.run('backup', { env })).toMatchObject({ ok: true });
      expect(await world.run('verifyBackup', { env })).toMatchObject({ ok: true, facts: { outputs: { orders: 2 } } });
      await world.remove();
    });
  });
});
