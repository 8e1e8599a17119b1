import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Io } from '../io.ts';
import { releaseShop } from './attend.ts';
import { customersOf } from './customers.ts';
import { endDemo } from './ending.ts';
import { lookIntoDatabase } from './example.ts';
import type { DemoOptions, Stage } from './stage.ts';
import { heading, onStage } from './stage.ts';

/**
 * `sluice demo`: a real product goes through two real releases. The first one holds; the second one passes every check, fails its
 * customers in production, and is rolled back with its database.
 */
export function releaseDemo(io: Io, options: DemoOptions): Promise<number> {
  return onStage(io, options, () => Promise.resolve(), play);
}

async function play(stage: Stage): Promise<number> {
  const { io } = stage;
  heading(io, 'First release: everything the shop has so far');
  const customers = customersOf(stage);
  const first = await releaseShop(stage, customers.come);

  heading(io, 'Second release: vouchers, with a fault that only production shows');
  const added = await stage.shop.addBadVersion();
  for (const subject of added.commits) io.say(`  ${subject}`);
  const file = await productionDatabase(stage.shop.data);
  const before = lookIntoDatabase(file);
  let during = before;
  const second = await releaseShop(stage, () => {
    during = lookIntoDatabase(file);
  });
  const traffic = await customers.leave();
  const [was, served, restored] = [before, during, lookIntoDatabase(file)].map(
    ({ migrations }) => migrations.length,
  );
  return endDemo(stage, {
    results: { first, second },
    traffic,
    failures: ' while the faulty version served',
    more: [
      ['database', `${was} migrations before, ${served} while it served, ${restored} after the restore`],
    ],
    next: 'Your own product: sluice init, then sluice up.',
    ok: first.outcome === 'succeeded' && second.outcome === 'rolled-back',
  });
}

/** The example keeps one SQLite file per environment. */
async function productionDatabase(data: string): Promise<string> {
  const file = (await readdir(data)).find(
    (name) => name.startsWith('production') && /\.(db|sqlite)$/.test(name),
  );
  if (!file) throw new Error(`there is no production database in ${data}`);
  return path.join(data, file);
}
