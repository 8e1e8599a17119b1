import type { DriverResult, Log, SecretResolver } from '../../../activities/ports/index.ts';
import { createRouterClient } from '../../router/client.ts';
import { withExclusive } from '../../router/exclusive.ts';
import { openEnvironment } from './environment.ts';
import { launch } from './launch.ts';
import { stopInstance } from './processes.ts';
import { environmentPaths, readEnvironment, recordedEnvironments, slotNames } from './state.ts';
import { routerOf, sendTraffic } from './traffic.ts';

interface ReconcileOptions {
  readonly directory: string;
  readonly secrets: SecretResolver;
  readonly log?: Log;
}

/** Brings the router and the version that serves back up as recorded. Where both run, nothing happens to them. */
export async function reconcile(
  { directory, secrets, log }: ReconcileOptions,
  product: string,
  environment: string,
): Promise<DriverResult> {
  const paths = environmentPaths(directory, product, environment);
  if (!(await readEnvironment(paths)))
    return { ok: true, summary: `nothing was deployed to ${product}/${environment} yet` };
  return withExclusive(paths.lock, undefined, async () => {
    const opened = await openEnvironment(paths, { product, environment, port: 0 });
    const router = await routerOf(paths, opened.state().port);
    const active = opened.state().active;
    for (const name of slotNames) {
      // The other slot is not started again; what an interrupted deployment has begun there is left to its next attempt.
      const other = opened.state().slots[name];
      if (name !== active && other?.phase === 'running' && !opened.running(other))
        await opened.stopSlot(name, 0, undefined);
    }
    const slot = active && opened.state().slots[active];
    let summary = `${product}/${environment}: no version takes traffic`;
    let ok = true;
    if (slot && opened.running(slot) === active) {
      summary = `${slot.version} serves from ${active}`;
    } else if (slot) {
      const { version, commit, service } = slot;
      await stopInstance(slot, 0);
      const started = await launch({
        paths,
        slot: active,
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
        record: (next) => opened.setSlot(active, next),
      });
      ok = started.ok;
      summary = started.ok
        ? `${version} was not running and was started again in ${active}`
        : started.summary;
      log?.[ok ? 'info' : 'error'](summary, { product, environment });
    }
    await sendTraffic(router, opened.state(), active);
    return { ok, summary, ...(active ? { slot: active } : {}) };
  });
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
    await withExclusive(paths.lock, undefined, async () => {
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
