import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../../../domain/time.ts';
import type { GateStatus, RunResult } from '../../../domain/status.ts';
import { connect, type Sluice } from '../../sluice.ts';
import { lookIntoDatabase, sendTraffic, setUpShop } from '../demo/example.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../program.ts';
import { renderHistory } from '../render/history.ts';
import { watchRun } from './watch.ts';

interface DemoOptions extends SharedOptions {
  readonly yes?: true;
  readonly keep?: true;
}

/** Who approves in the demo: one of the example's release managers. */
const approver = 'alice';

/**
 * `sluice demo`: a real product goes through two real releases. The first one holds; the second one passes every check, fails its
 * customers in production, and is rolled back with its database.
 */
export async function demo(io: Io, _args: string[], options: DemoOptions): Promise<number> {
  const started = Date.now();
  const { startEmbedded, stopServices } = await import('../../../workers/embedded.ts');
  heading(io, 'Setting up the example shop and Temporal');
  const example = await setUpShop();
  const directory = path.join(example.directory, '.sluice');
  const cleanUps: (() => Promise<unknown>)[] = [];
  try {
    const embedded = await startEmbedded({
      configFiles: [example.shop.config],
      directory,
      onProgress: (line) => io.say(io.paint.faint(`  ${line}`)),
    });
    cleanUps.push(
      () => embedded.stop(),
      () => stopServices(directory),
    );
    const sluice = await connect({ address: embedded.address });
    cleanUps.push(() => sluice.close());
    io.say(`  repository   ${example.shop.remote}`);
    io.say(`  temporal     ${embedded.address}`);
    if (embedded.uiUrl) io.say(`  UI           ${io.paint.busy(embedded.uiUrl)}`);

    const scene = { io, sluice, options, address: embedded.address, uiUrl: embedded.uiUrl };
    heading(io, 'First release: everything the shop has so far');
    let customers: ReturnType<typeof sendTraffic> | undefined;
    cleanUps.push(async () => customers?.stop().catch(() => undefined));
    const first = await releaseShop(scene, () => {
      customers ??= sendTraffic(example.production);
    });

    heading(io, 'Second release: vouchers, with a fault that only production shows');
    const added = await example.shop.addBadVersion();
    for (const subject of added.commits) io.say(`  ${subject}`);
    const file = await productionDatabase(example.shop.data);
    const before = lookIntoDatabase(file);
    let during = before;
    const second = await releaseShop(scene, () => {
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
    io.say(`  production   ${await (await fetch(`${example.production}/version`)).text()}`);

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
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    if (options.keep) io.say(io.paint.faint(`  Kept in ${example.directory}`));
    else {
      await example.remove();
      io.say(
        io.paint.faint(
          '  The files linked above were removed with the example; sluice demo --keep leaves them.',
        ),
      );
    }
  }
}

interface Scene {
  readonly io: Io;
  readonly sluice: Sluice;
  readonly options: DemoOptions;
  readonly address: string;
  readonly uiUrl: string | undefined;
}

/** One release, watched and approved; `serving` is called once production has been switched to it. */
async function releaseShop(scene: Scene, serving: () => void): Promise<RunResult> {
  const { io, sluice } = scene;
  const { run, preview } = await sluice.start('release', { product: 'shop', by: 'carol' });
  io.say(`  v${preview.version} because: ${preview.reasons.join(' ')}`);
  io.say('');
  const hint: string[] = [];
  const attending = attend(scene, run, hint, serving);
  await watchRun(io, sluice, run, () => hint);
  await attending.stop();
  return sluice.wait(run);
}

/**
 * Stands beside a release: at the gate it shows the exact approval to give, and gives it when Enter is pressed – or by itself,
 * without a terminal or with --yes.
 */
function attend(scene: Scene, run: string, hint: string[], serving: () => void): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const done = (async () => {
    let asked = false;
    let served = false;
    for await (const seen of scene.sluice.follow(run, { every: 200, signal: stopped.signal })) {
      if (!('status' in seen)) continue;
      const { gates, steps } = seen.status;
      if (!served && steps.some(({ id, state }) => id === 'production.activate' && state === 'succeeded')) {
        served = true;
        serving();
      }
      const gate = gates.find(({ kind }) => kind === 'approval');
      if (!gate) hint.length = 0;
      if (!gate || asked) continue;
      asked = true;
      void approveHere(scene, run, gate, hint, stopped.signal).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await done.catch(() => undefined);
    },
  };
}

async function approveHere(
  scene: Scene,
  run: string,
  gate: GateStatus,
  hint: string[],
  signal: AbortSignal,
): Promise<void> {
  const { io, sluice, address, uiUrl } = scene;
  const asks = io.interactive && !scene.options.yes;
  hint.push(
    '',
    `  ${asks ? `Approve as ${approver}: press Enter here, or in another terminal` : `Approving as ${approver}, with`}`,
    `    TEMPORAL_ADDRESS=${address} npx sluice approve ${run} --by ${approver}`,
    ...(uiUrl ? [`  or in the UI, ${uiUrl}: signal "approve" with {"by":"${approver}"}`] : []),
  );
  if (!io.live) io.say([`  ${gate.statement}`, ...hint.slice(1), ''].join('\n'));
  // By itself, but not before somebody could see what is being approved.
  await (asks ? enterPressed(signal) : sleep(1_500, undefined, { signal }));
  if (signal.aborted) return;
  await sluice.send('approve', run, { by: approver, ...(gate.digest ? { digest: gate.digest } : {}) });
}

function enterPressed(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      process.stdin.removeListener('data', finish);
      process.stdin.pause();
      resolve();
    };
    process.stdin.resume();
    process.stdin.once('data', finish);
    signal.addEventListener('abort', finish, { once: true });
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

function heading(io: Io, text: string): void {
  io.say('');
  io.say(io.paint.strong(`── ${text}`));
}
