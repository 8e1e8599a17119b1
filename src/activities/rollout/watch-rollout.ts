import { leavesRunning } from '../../domain/run/attempt-ends.ts';
import type { MetricRule, MetricsConfig } from '../../domain/config/metrics-schema.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import type { Independent } from '../../domain/metrics/judge-rule.ts';
import { judgeRule } from '../../domain/metrics/judge-rule.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import type { Decision } from '../../domain/rollout/decision.ts';
import { decide } from '../../domain/rollout/decision.ts';
import type { Evidence, Finding, RuleLimits } from '../../domain/rollout/evidence.ts';
import { holdsUnseen } from '../../domain/rollout/evidence.ts';
import type { RolloutPlan } from '../../domain/rollout/plan.ts';
import type { Point, Series } from '../../domain/rollout/series.ts';
import { addPoint, spaced } from '../../domain/rollout/series.ts';
import type { RolloutState } from '../../domain/rollout/state.ts';
import { note } from '../../domain/rollout/state.ts';
import { watchedBetween } from '../../domain/metrics/watched-time.ts';
import { candidateOf, inNoSlot } from '../environments/address-beside.ts';
import { beating, effectContext } from '../context.ts';
import { keepWeight, trafficRule } from './keep-weight.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import type { EffectContext, Measured, MetricPlace, MetricSession, Target } from '../ports/index.ts';

export interface WatchRequest {
  readonly environment: EnvironmentConfig;
  /** The new version. */
  readonly target: Target;
  /** The one that serves beside it. */
  readonly baseline: { readonly version: string; readonly commit: string } | null;
  readonly plan: RolloutPlan;
  readonly metrics: MetricsConfig;
  /** Milliseconds between two looks. */
  readonly every: number;
  /** Held for so long (ms) for want of evidence, people are asked. */
  readonly askAfter: number;
  readonly state: RolloutState;
  /** What earlier watches of this step measured. */
  readonly series?: Series;
  /** People have been asked and have not answered: it is watched on, and nobody is asked again. */
  readonly asking: boolean;
  /** What the version before measured at earlier steps, by rule: what counts once it takes no traffic any more. */
  readonly lastKnown: Readonly<Record<string, readonly number[]>>;
}

export interface Watched {
  /** What follows; absent where the run stopped the watch, to go on with what people said. */
  readonly decision?: Decision;
  readonly state: RolloutState;
  readonly lastKnown: Readonly<Record<string, readonly number[]>>;
  readonly series: Series;
  /** A line a look, the last ones, for people. */
  readonly lines: readonly string[];
}

/** What a later attempt has to know to go on. */
interface Progress extends Omit<Watched, 'decision'> {
  /** Milliseconds that it has been held for want of evidence. */
  readonly held: number;
}

const linesKept = 20;

/**
 * Watches one step of a rollout in one activity (SI-5): no history event a look. It ends when something follows from what was seen,
 * or when the run stops it to tell it something. Time counts only while somebody watched.
 */
export function rolloutActivities(deps: Deps) {
  return {
    async watchRollout(ref: StepRef, request: WatchRequest): Promise<EffectOutcome<Watched>> {
      const context = effectContext(ref);
      return asOutcome(() => beating(context, (inner) => watch(deps, request, inner)));
    },
  };
}

async function watch(
  deps: Deps,
  request: WatchRequest,
  context: EffectContext,
): Promise<EffectOutcome<Watched>> {
  const { plan, metrics, every } = request;
  const look = lookout(deps, request, context);
  const rules = limitsOf(metrics);
  let progress: Progress = isProgress(context.previous)
    ? context.previous
    : {
        state: request.state,
        lastKnown: request.lastKnown,
        series: request.series ?? {},
        lines: [],
        held: 0,
      };
  let before: number | undefined;
  try {
    for (;;) {
      const at = deps.clock.now();
      const seen = await look(progress, before === undefined ? 0 : watchedBetween(before, at, every));
      context.signal.throwIfAborted();
      before = at;
      const state = note(progress.state, seen.evidence, rules);
      const decision = decide(plan, rules, state, seen.evidence);
      const held = decision.action === 'hold' && !state.paused ? progress.held + seen.evidence.elapsed : 0;
      progress = {
        state,
        held,
        series: seen.series,
        lastKnown: seen.lastKnown,
        lines: [...progress.lines, lineOf(at, seen.evidence, decision)].slice(-linesKept),
      };
      context.heartbeat(progress);
      const end = ending(decision, held, request);
      if (end) return watched(progress, end);
      await deps.clock.wait(every, context.signal);
    }
  } catch (error) {
    // The run wants to tell it something: it goes on with what was seen up to now.
    if (context.signal.aborted && !leavesRunning(context.signal.reason)) return watched(progress, undefined);
    throw error;
  }
}

/** Where a decision ends the watch; holding is watched on, until it lasts so long that people have to know. */
function ending(decision: Decision, held: number, { askAfter, asking }: WatchRequest): Decision | undefined {
  switch (decision.action) {
    case 'watch':
      return undefined;
    case 'hold':
      return held >= askAfter && !asking
        ? { action: 'ask', blind: true, reason: decision.reason }
        : undefined;
    case 'ask':
      return asking ? undefined : decision;
    case 'advance':
    case 'complete':
    case 'roll-back':
      return decision;
  }
}

function watched(
  { state, lastKnown, series, lines }: Progress,
  decision: Decision | undefined,
): EffectOutcome<Watched> {
  return {
    ok: decision?.action !== 'roll-back',
    summary: decision?.reason ?? 'watched on',
    value: { state, lastKnown, series, lines, ...(decision ? { decision } : {}) },
  };
}

interface Seen {
  readonly evidence: Evidence;
  readonly series: Series;
  readonly lastKnown: Readonly<Record<string, readonly number[]>>;
}

/** Everything that is looked at, at once: one source that hangs doesn't keep the others from being seen. */
function lookout(deps: Deps, request: WatchRequest, context: EffectContext) {
  const { environment, target, metrics } = request;
  const canary: Measured = { version: target.version, commit: target.commit, slot: target.slot };
  const baseline = request.baseline ? { ...request.baseline, slot: undefined } : undefined;
  const place = placeOf(deps, request);
  const session = deps.metricSource.open(metrics, place);
  const weightKept = keepWeight(deps, request, context);
  const requests = countRequests(deps, place, target.version, context);

  return async ({ series, lastKnown, state }: Progress, elapsed: number): Promise<Seen> => {
    const at = deps.clock.now();
    const address = await candidateOf(deps, environment, target);
    const [probe, alerts, served, traffic, readings] = await Promise.all([
      address === undefined
        ? { ok: false, reason: inNoSlot(target) }
        : deps.health.probe(new URL(environment.health.path, address).href, {
            timeout: environment.health.timeout,
            signal: context.signal,
          }),
      metrics.alertmanager
        ? deps.alerts.firing(
            metrics.alertmanager,
            { product: target.product, environment: target.environment },
            context.signal,
          )
        : undefined,
      requests(),
      weightKept(request.plan.steps[state.step]?.weight ?? 100),
      Promise.all(metrics.rules.map((rule) => readBoth(session, rule, canary, baseline, context.signal))),
    ]);
    let nextSeries = series;
    let known = lastKnown;
    const findings: Record<string, Finding> = {};
    for (const [index, rule] of metrics.rules.entries()) {
      const read = readings[index];
      if (!read) continue;
      nextSeries = addPoint(nextSeries, rule.name, at, read.canary, read.baseline);
      if (read.baseline?.kind === 'value')
        known = {
          ...known,
          [rule.name]: [...(known[rule.name] ?? []), read.baseline.value].slice(-remembered),
        };
      findings[rule.name] = judgeRule(rule, {
        canary: [...earlier(nextSeries, rule, 'canary'), read.canary],
        baseline: baseline ? baselineOf(rule, nextSeries, read.baseline, known[rule.name] ?? []) : null,
        ...(rule.compare
          ? {
              independent: independentOf(rule, {
                points: nextSeries[rule.name] ?? [],
                lastKnown: known[rule.name] ?? [],
                seen: state.tallies[rule.name]?.seen ?? 0,
                every: request.every,
              }),
            }
          : {}),
      });
    }
    findings[trafficRule.name] = traffic;
    if (alerts) findings[alertRule.name] = findingOfAlerts(alerts);
    return {
      series: nextSeries,
      lastKnown: known,
      evidence: {
        elapsed,
        requests: served,
        health: { ok: probe.ok, reason: probe.reason ?? 'healthy' },
        findings,
        criticalAlerts: alerts?.kind === 'alerts' ? alerts.firing : [],
      },
    };
  };
}

async function readBoth(
  session: MetricSession,
  rule: MetricRule,
  canary: Measured,
  baseline: Measured | undefined,
  signal: AbortSignal,
): Promise<{ readonly canary: Reading; readonly baseline: Reading | undefined }> {
  const compares =
    rule.maxIncrease !== undefined || rule.maxRatio !== undefined || rule.compare !== undefined;
  const [first, second] = await Promise.all([
    session.read(rule, canary, signal),
    compares && baseline ? session.read(rule, baseline, signal) : undefined,
  ]);
  return { canary: first, baseline: second };
}

/** The values of this step before the newest look. */
function earlier(series: Series, rule: MetricRule, of: 'canary' | 'baseline'): Reading[] {
  const points = (series[rule.name] ?? []).slice(0, -1);
  return points.flatMap((point) => {
    const value = point[of];
    return value === null ? [] : [{ kind: 'value' as const, value }];
  });
}

/** Values of the version before that are remembered over steps. */
const remembered = 60;

/** Of the same times; once the version before takes no traffic any more, its last known values stand for it. */
function baselineOf(
  rule: MetricRule,
  series: Series,
  now: Reading | undefined,
  lastKnown: readonly number[],
): Reading[] {
  const before = earlier(series, rule, 'baseline');
  if (now?.kind === 'value') return [...before, now];
  if (before.length > 0 || lastKnown.length === 0) return now ? [...before, now] : before;
  return lastKnown.map((value) => ({ kind: 'value', value }));
}

/** Values whose windows have nothing in common, and how often as much was looked at afresh at this step. */
function independentOf(
  { over }: MetricRule,
  seen: {
    readonly points: readonly Point[];
    readonly lastKnown: readonly number[];
    readonly seen: number;
    readonly every: number;
  },
): Independent {
  const { points, lastKnown, every } = seen;
  const baseline = spaced(points, 'baseline', over);
  const stride = Math.max(1, Math.ceil(over / every));
  return {
    canary: spaced(points, 'canary', over),
    baseline:
      baseline.length > 0 ? baseline : lastKnown.toReversed().filter((_, index) => index % stride === 0),
    tests: Math.max(1, Math.floor(seen.seen * Math.min(1, every / over))),
  };
}

/** The source of alerts is looked at like a rule: while it can't be asked, nothing goes forward. */
const alertRule = holdsUnseen('alerts');

function limitsOf({ rules, alertmanager }: MetricsConfig): RuleLimits[] {
  return [...rules, trafficRule, ...(alertmanager ? [alertRule] : [])];
}

function findingOfAlerts(alerts: { kind: 'alerts' } | { kind: 'error'; reason: string }): Finding {
  return alerts.kind === 'error' ? alerts : { kind: 'good', reason: 'no critical alert' };
}

function placeOf(deps: Deps, { environment, target, baseline }: WatchRequest): MetricPlace {
  const driver = deps.driver(environment);
  const targetOf = (measured: Measured): Target =>
    measured.version === target.version
      ? target
      : {
          ...target,
          version: measured.version,
          commit: baseline?.commit ?? measured.commit,
          previousVersion: undefined,
        };
  return {
    product: target.product,
    environment: target.environment,
    router: async () => (await driver.addresses({ target, environment })).metrics,
    slot: (measured) => candidateOf(deps, environment, targetOf(measured)),
    usage: (measured) => driver.usage({ target: targetOf(measured), environment }),
  };
}

/** How many requests the new version has served since the look before; undefined where nobody counts them. */
function countRequests(deps: Deps, place: MetricPlace, version: string, { signal }: EffectContext) {
  let before: number | undefined;
  return async (): Promise<number | undefined> => {
    const address = await place.router();
    if (address === undefined) return undefined;
    const reading = await deps.metrics.read({ address, version, signal });
    if (reading.kind !== 'counters') return undefined;
    const { requests } = reading.counters;
    // A router that was started again counts from nothing.
    const served = before === undefined ? 0 : requests < before ? requests : requests - before;
    before = requests;
    return served;
  };
}

function lineOf(at: number, { health, findings, criticalAlerts }: Evidence, decision: Decision): string {
  const seen = Object.entries(findings).flatMap(([name, { kind, reason }]) =>
    kind === 'good' ? (reason ? [`${name} ${reason}`] : []) : [`${name} ${kind}: ${reason}`],
  );
  const parts = [health.ok ? 'healthy' : `not healthy: ${health.reason}`, ...seen, ...criticalAlerts];
  return `${new Date(at).toISOString().slice(11, 19)} ${parts.join('; ')} → ${decision.action}: ${decision.reason}`.slice(
    0,
    500,
  );
}

function isProgress(value: unknown): value is Progress {
  return (
    typeof value === 'object' && value !== null && 'held' in value && 'series' in value && 'state' in value
  );
}
