import type { DriverResult, Log, SecretResolver } from '../../../activities/ports/index.ts';
import { createRouterClient } from '../../router/client.ts';
import { withLock } from '../../files/lock.ts';
import type { Environment } from './environment.ts';
import { openEnvironment } from './environment.ts';
import { launch } from './launch.ts';
import { stopInstance } from './processes.ts';
import type { SlotName } from './state.ts';
import { environmentPaths, readEnvironment, recordedEnvironments, slotNames } from './state.ts';
import { routerOf, sendTraffic, shareTraffic } from './traffic.ts';

interface ReconcileOptions {
  readonly directory: string;
  readonly secrets: SecretResolver;
  readonly log?: Log;
}

/** Brings the router and the versions that serve back up as recorded, each with its share. What runs is left alone. */
export async function reconcile(
  { directory, secrets, log }: ReconcileOptions,
  product: string,
  environment: string,
): Promise<DriverResult> {
  const paths = environmentPaths(directory, product, environment);
  if (!(await readEnvironment(paths)))
    return { ok: true, summary: `nothing was deployed to ${product}/${environment} yet` };
  return withLock(paths.lock, async () => {
    const opened = await openEnvironment(paths, { product, environment, port: 0 });
    const router = await routerOf(paths, opened.state().port);
    const { active, shares } = opened.state();
    for (const name of slotNames) {
      // Without a share it is not started again; what an interrupted deployment has begun there is left to its next attempt.
      const other = opened.state().slots[name];
      if (name !== active && !shares?.[name] && other?.phase === 'running' && !opened.running(other))
        await opened.stopSlot(name, 0, undefined);
    }
    if (!active) {
      await sendTraffic(router, opened.state(), active);
      return { ok: true, summary: `${product}/${environment}: no version takes traffic` };
    }
    const serving = slotNames.filter((name) => name === active || shares?.[name]);
    const brought: DriverResult[] = [];
    for (const name of serving) brought.push(await bringBack(opened, name, secrets));
    for (const { ok, summary } of brought) log?.[ok ? 'info' : 'error'](summary, { product, environment });
    const ok = brought.every((each) => each.ok);
    // Where one of them is not there, the other one has it all; the version that was there before, where that can be.
    const up = serving.filter((_, index) => brought[index]?.ok);
    const only = up.includes(active) ? active : up[0];
    await (ok && shares
      ? shareTraffic(router, opened.state(), shares)
      : sendTraffic(router, opened.state(), only));
    return { ok, summary: brought.map(({ summary }) => summary).join('; '), slot: active };
  });
}

/** Starts the version of a slot again where it doesn't run. */
async function bringBack(
  opened: Environment,
  name: SlotName,
  secrets: SecretResolver,
): Promise<DriverResult> {
  const slot = opened.state().slots[name];
  if (!slot) return { ok: false, summary: `nothing is recorded in ${name}` };
  const { version, commit, service } = slot;
  if (opened.running(slot) === name) return { ok: true, summary: `${version} serves from ${name}` };
  await stopInstance(slot, 0);
  const { product, environment } = opened.state();
  const started = await launch({
    paths: opened.paths,
    slot: name,
    target: { product, environment, version, commit, previousVersion: undefined },
    directory: slot.directory,
    service,
    caller: {
      run: 'reconcile',
      step: 'reconcile',
      key: slot.key,
      signal: new AbortController().signal,
      heartbeat: () => undefined,
    },
    secrets,
    record: (next) => opened.setSlot(name, next),
  });
  return started.ok
    ? { ok: true, summary: `${version} was not running and was started again in ${name}` }
    : started;
}

/**
 * Stops every router and every version under a data directory, or those of one product, and keeps what is needed to bring them up again.
 * @returns what was stopped, in words
 */
export async function stopAll(directory: string, product?: string): Promise<readonly string[]> {
  const stopped: string[] = [];
  for (const paths of await recordedEnvironments(directory, product)) {
    const state = await readEnvironment(paths);
    const router = createRouterClient(paths.router);
    const ran = await router.running();
    if (!state && !ran) continue;
    await withLock(paths.lock, async () => {
      if (ran) stopped.push(`the router on port ${ran.port}`);
      await router.stop();
      if (!state) return;
      const opened = await openEnvironment(paths, state);
      for (const name of slotNames) {
        const done = await opened.stopSlot(name, 0, undefined);
        if (done) stopped.push(done);
      }
    });
  }
  return stopped;
}
