import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { formatDuration } from '../../domain/text/time.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozenEnvironment } from '../frozen.ts';
import type { EffectContext, HealthProbe, Target } from '../ports/index.ts';
import { addressBeside, inNoSlot } from './address-beside.ts';

export interface HealthRequest {
  readonly target: Target;
  /** Where users come in, or the version's own address before it takes traffic. */
  readonly at: 'candidate' | 'public';
}

export function healthActivities(deps: Deps) {
  return {
    /** Healthy means: so many good answers in a row, within the configured time. */
    async verifyHealth(ref: StepRef, asked: HealthRequest): Promise<EffectOutcome> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const { environment, target } = await frozenEnvironment(deps, ref, asked.target);
        const driver = deps.driver(environment);
        const address =
          asked.at === 'candidate'
            ? await addressBeside(deps, environment, target)
            : (await driver.addresses({ target, environment })).public;
        if (address === undefined) return { ok: false, summary: inNoSlot(target) };
        const url = new URL(environment.health.path, address).href;
        const health = await beating(context, () => untilHealthy(deps, environment, url, context));
        if (!health.ok || asked.at !== 'public') return health;
        const { source } = await deps.catalog.load(target.product);
        const serving = await driver.current({ target, environment, source }, context);
        return serving && serving.version !== target.version
          ? {
              ok: false,
              summary: `${target.environment} serves ${serving.version}, not ${target.version}`,
            }
          : health;
      });
    },
  };
}

async function untilHealthy(
  deps: Deps,
  environment: EnvironmentConfig,
  url: string,
  context: EffectContext,
): Promise<EffectOutcome> {
  const { timeout, interval, healthyAfter, within } = environment.health;
  const started = deps.clock.now();
  let good = 0;
  let last: HealthProbe | undefined;
  for (;;) {
    last = await deps.health.probe(url, { timeout, signal: context.signal });
    context.signal.throwIfAborted();
    good = last.ok ? good + 1 : 0;
    if (good >= healthyAfter)
      return {
        ok: true,
        summary: `healthy: ${good} good answers in a row from ${url}, the last in ${Math.round(last.latency)} ms`,
      };
    if (deps.clock.now() - started >= within) {
      return {
        ok: false,
        summary: `not healthy within ${formatDuration(within)}: ${url} says ${last.reason ?? 'nothing'}`,
      };
    }
    await deps.clock.wait(interval, context.signal);
  }
}
