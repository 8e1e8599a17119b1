import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { formatDuration } from '../../../domain/text/time.ts';
import { lookIntoDatabase, sendTraffic } from '../demo/example.ts';
import { blueGreenDemo } from '../demo/blue-green.ts';
import { rolloutDemo } from '../demo/rollout.ts';
import type { DemoOptions } from '../demo/stage.ts';
import { heading, onStage, releaseShop } from '../demo/stage.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { renderHistory } from '../render/history.ts';

/**
 * `sluice demo`: a real product goes through two real releases. The first one holds; the second one passes every check, fails its
 * customers in production, and is rolled back with its database.
 */
export async function demo(io: Io, [what]: string[], options: DemoOptions): Promise<number> {
  if (what === 'rollout') return rolloutDemo(io, options);
  if (what === 'blue-green') return blueGreenDemo(io, options);
  return releaseDemo(io, options);
}

function releaseDemo(io: Io, options: DemoOptions): Promise<number> {
  const started = Date.now();
  return onStage(
    io,
    options,
    () => Promise.resolve(),
    async (stage) => {
      const { sluice } = stage;
      heading(io, 'First release: everything the shop has so far');
      let customers: ReturnType<typeof sendTraffic> | undefined;
      stage.onEnd(async () => customers?.stop().catch(() => undefined));
      const first = await releaseShop(stage, () => {
        customers ??= sendTraffic(stage.production);
      });

      heading(io, 'Second release: vouchers, with a fault that only production shows');
      const added = await stage.shop.addBadVersion();
      for (const subject of added.commits) io.say(`  ${subject}`);
      const file = await productionDatabase(stage.shop.data);
      const before = lookIntoDatabase(file);
      let during = before;
      const second = await releaseShop(stage, () => {
        during = lookIntoDatabase(file);
      });
      const traffic = (await customers?.stop()) ?? { ok: 0, failed: 0 };
      const after = lookIntoDatabase(file);
      io.say('');
      io.say(
        `  customers    ${traffic.ok} requests went well, ${traffic.failed} failed while the faulty version served`,
      );
      io.say(
        `  database     ${before.migrations.length} migrations before, ${during.migrations.length} while it served, ${after.migrations.length} after the restore`,
      );
      io.say(`  production   ${await (await fetch(`${stage.production}/version`)).text()}`);

      heading(io, 'Deployment history');
      const rows = await sluice.history({ limit: 10 });
      io.say(renderHistory(rows, io.width, io.paint));
      io.say('');
      io.say(
        io.paint.faint(
          `  That took ${formatDuration(Date.now() - started)}. Your own product: sluice init, then sluice up.`,
        ),
      );
      const ok = first.outcome === 'succeeded' && second.outcome === 'rolled-back';
      io.result({ first, second, history: rows }, '');
      return ok ? exitCodes.done : exitCodes.notSucceeded;
    },
  );
}

/** The example keeps one SQLite file per environment. */
async function productionDatabase(data: string): Promise<string> {
  const file = (await readdir(data)).find(
    (name) => name.startsWith('production') && /\.(db|sqlite)$/.test(name),
  );
  if (!file) throw new Error(`there is no production database in ${data}`);
  return path.join(data, file);
}
