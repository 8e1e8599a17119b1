import { setTimeout as sleep } from 'node:timers/promises';
import type { GateStatus, RunResult } from '../../../domain/run/status.ts';
import { watchRun } from '../commands/watch.ts';
import type { Scene } from './stage.ts';

/** Who approves in a demo: one of the example's release managers. */
const approver = 'alice';

/** One release, watched and approved; `serving` is called once production has been switched to it. */
export async function releaseShop(scene: Scene, serving: () => void): Promise<RunResult> {
  const { io, sluice } = scene;
  const { run, preview } = await sluice.start('release', { product: 'shop', by: 'carol' });
  const why = preview.sections.find(({ title }) => title === 'Why');
  io.say(`  v${preview.version ?? ''} because: ${why?.lines.join('; ') ?? ''}`);
  io.say('');
  return attended(scene, run, serving);
}

/** Watches a run and gives the approvals that it asks for, up to its end. */
export async function attended(scene: Scene, run: string, serving: () => void): Promise<RunResult> {
  const { io, sluice } = scene;
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
    const asked = new Set<string>();
    let served = false;
    for await (const seen of scene.sluice.follow(run, { every: 200, signal: stopped.signal })) {
      if (!('status' in seen)) continue;
      const { gates, steps } = seen.status;
      if (
        !served &&
        steps.some(
          ({ id, state }) => /^(production\.activate|green\.promote)$/.test(id) && state === 'succeeded',
        )
      ) {
        served = true;
        serving();
      }
      const gate = gates.find(({ kind }) => kind === 'approval');
      if (!gate) hint.length = 0;
      if (!gate || asked.has(gate.opened)) continue;
      asked.add(gate.opened);
      hint.length = 0;
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
  await sluice.send('approve', run, {
    by: approver,
    gate: gate.id,
    ...(gate.digest ? { digest: gate.digest } : {}),
  });
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
