import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import type { Decision } from '../../domain/rollout/decision.ts';
import type { Evidence } from '../../domain/rollout/evidence.ts';
import type { Progress } from './progress.ts';
import type { Watched } from './watch.ts';

/** What the run is told of a watch that ends. */
export function watched(
  { state, lastKnown, series, lines }: Progress,
  decision: Decision | undefined,
): EffectOutcome<Watched> {
  return {
    ok: decision?.action !== 'roll-back',
    summary: decision?.reason ?? 'watched on',
    value: { state, lastKnown, series, lines, ...(decision ? { decision } : {}) },
  };
}

/** One look, as a line for people. */
export function lineOf(
  at: number,
  { health, findings, criticalAlerts }: Evidence,
  decision: Decision,
): string {
  const seen = Object.entries(findings).flatMap(([name, { kind, reason }]) =>
    kind === 'good' ? (reason ? [`${name} ${reason}`] : []) : [`${name} ${kind}: ${reason}`],
  );
  const parts = [health.ok ? 'healthy' : `not healthy: ${health.reason}`, ...seen, ...criticalAlerts];
  return `${new Date(at).toISOString().slice(11, 19)} ${parts.join('; ')} → ${decision.action}: ${decision.reason}`.slice(
    0,
    500,
  );
}
