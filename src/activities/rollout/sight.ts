import type { MetricRule, MetricsConfig } from '../../domain/config/metrics-schema.ts';
import { judgeRule } from '../../domain/metrics/judge-rule.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import type { Evidence, Finding, RuleLimits } from '../../domain/rollout/evidence.ts';
import { holdsUnseen } from '../../domain/rollout/evidence.ts';
import type { Series } from '../../domain/rollout/series.ts';
import { addPoint } from '../../domain/rollout/series.ts';
import type { Deps } from '../deps.ts';
import { addressBeside, inNoSlot } from '../environments/address-beside.ts';
import type { EffectContext, Measured, MetricPlace, MetricSession, Target } from '../ports/index.ts';
import { baselineOf, earlier, independentOf, remembered } from './comparison.ts';
import { keepWeight, trafficRule } from './keep-weight.ts';
import type { Progress } from './progress.ts';
import type { WatchedPlan } from './watch.ts';

interface Seen {
  readonly evidence: Evidence;
  readonly series: Series;
  readonly lastKnown: Readonly<Record<string, readonly number[]>>;
}

/** Everything that is looked at, at once: one source that hangs doesn't keep the others from being seen. */
export function sightOf(deps: Deps, request: WatchedPlan, context: EffectContext) {
  const { environment, target, metrics } = request;
  const canary: Measured = { version: target.version, commit: target.commit, slot: target.slot };
  const baseline = request.baseline ? { ...request.baseline, slot: undefined } : undefined;
  const place = placeOf(deps, request);
  const session = deps.metricSource.open(metrics, place);
  const weightKept = keepWeight(deps, request, context);
  const requests = countRequests(deps, place, target.version, context);

  return async ({ series, lastKnown, state }: Progress, elapsed: number): Promise<Seen> => {
    const at = deps.clock.now();
    const address = await addressBeside(deps, environment, target);
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

/** The source of alerts is looked at like a rule: while it can't be asked, nothing goes forward. */
const alertRule = holdsUnseen('alerts');

/** What is looked at like a rule: the rules, the weight, and the alerts. */
export function limitsOf({ rules, alertmanager }: MetricsConfig): RuleLimits[] {
  return [...rules, trafficRule, ...(alertmanager ? [alertRule] : [])];
}

function findingOfAlerts(alerts: { kind: 'alerts' } | { kind: 'error'; reason: string }): Finding {
  return alerts.kind === 'error' ? alerts : { kind: 'good', reason: 'no critical alert' };
}

function placeOf(deps: Deps, { environment, target, baseline }: WatchedPlan): MetricPlace {
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
    slot: (measured) => addressBeside(deps, environment, targetOf(measured)),
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
