import type { MetricRule } from '../config/metrics-schema.ts';
import type { EnvironmentConfig, ProductConfig } from '../config/schema.ts';
import { goesBySteps } from '../environments/plan.ts';
import { hasSlots, isWatched } from '../environments/environment-of.ts';
import { defaultMetrics } from '../metrics/default-metrics.ts';
import { formatMeasure } from '../metrics/units.ts';
import { formatDuration } from '../text/time.ts';

export interface Judged {
  /** A version serves there already, beside which the new one begins. */
  readonly beside: boolean;
  /** Traffic goes by the steps of `rollout`. */
  readonly bySteps?: boolean;
}

/** Everything that will judge a version on its way into an environment, a line each, in the order in which it judges. */
export function successCriteria(
  config: ProductConfig,
  name: string,
  { beside, bySteps = goesBySteps(config, name) }: Judged,
): readonly string[] {
  const environment = config.environments[name];
  if (!environment) return [];
  return [
    ...(hasSlots(environment) ? [`healthy before it takes any traffic: ${healthText(environment)}`] : []),
    ...(bySteps ? rolloutCriteria(config, environment, beside) : []),
    `healthy at ${environment.health.path}${hasSlots(environment) ? ', with all of the traffic' : `: ${healthText(environment)}`}`,
    ...(environment.smoke ? [`smoke tests pass in ${name}`] : []),
    monitorText(environment, isWatched(config, name)),
    ...(config.agents['support-engineer']
      ? [
          `the support engineer (${config.agents['support-engineer'].person ? 'a person' : 'an agent'}) says that it holds`,
        ]
      : []),
  ];
}

const healthText = ({ health }: EnvironmentConfig): string =>
  `${health.healthyAfter} good answers in a row at ${health.path}, within ${formatDuration(health.within)}`;

function monitorText({ monitor, health }: EnvironmentConfig, watched: boolean): string {
  const time = `for ${formatDuration(monitor.for)}, looked at every ${formatDuration(monitor.every)}`;
  const unhealthy = `more than ${health.unhealthyAfter} failed health checks in a row`;
  if (!watched)
    return `${time}: ${unhealthy} speak against it; there is no source of metrics, so nothing else is watched`;
  const limits = [
    `error rate at most ${formatMeasure({ measure: 'error-rate' }, monitor.maxErrorRate)}`,
    ...(monitor.maxLatency === undefined
      ? []
      : [`latency (p95) at most ${formatDuration(monitor.maxLatency)}`]),
    `latency (p95) at most ${monitor.maxLatencyRatio} × that of the version before`,
  ];
  return `${time}: ${limits.join(', ')}; ${monitor.breachesInARow} samples beyond a limit in a row, or ${unhealthy}, speak against it`;
}

/** The steps with what ends each of them, then the rules that hold at every step. */
function rolloutCriteria(
  { rollout, metrics = defaultMetrics }: ProductConfig,
  { health }: EnvironmentConfig,
  beside: boolean,
): readonly string[] {
  const steps = rollout?.steps ?? [];
  const taken = beside ? steps : steps.slice(-1);
  return [
    ...(beside ? [] : ['nothing runs beside it yet: it begins with all of the traffic']),
    ...taken.map(({ name, weight, for: time, minRequests, confirm }) => {
      const wants = [
        `${name ? `${name}: ` : ''}${weight} % of the traffic for at least ${formatDuration(time)}`,
        ...(minRequests > 0 ? [`with at least ${minRequests} requests served`] : []),
        ...(confirm ? ['and then a person says go on'] : []),
      ];
      return `rollout: ${wants.join(', ')}`;
    }),
    ...metrics.rules.map((rule) => ruleText(rule, beside)),
    `at every step: no more than ${health.unhealthyAfter} failed health checks in a row`,
    ...(metrics.alertmanager
      ? [
          `at every step: no alert fires with ${Object.entries(metrics.alertmanager.labels)
            .map(([label, value]) => `${label}=${value}`)
            .join(', ')}`,
        ]
      : []),
  ];
}

/** A rule as it judges: `at every step: error-rate at most 5 %, …; more than 1 look beyond it at one step speaks against it`. */
function ruleText(rule: MetricRule, beside: boolean): string {
  const tell = (value: number): string => formatMeasure(rule, value);
  const { max, min, maxIncrease, maxRatio, compare, minSamples } = rule;
  const compared = [
    ...(maxIncrease === undefined ? [] : [`at most ${tell(maxIncrease)} more than the version before`]),
    ...(maxRatio === undefined ? [] : [`at most ${maxRatio} × the version before`]),
    ...(compare
      ? [`not ${compare.worse} than the version before (Mann-Whitney, significance ${compare.significance})`]
      : []),
  ];
  const limits = [
    ...(max === undefined ? [] : [`at most ${tell(max)}`]),
    ...(min === undefined ? [] : [`at least ${tell(min)}`]),
    ...(beside ? compared : []),
  ];
  if (limits.length === 0) return `${rule.name}: nothing, for there is no version before to compare with`;
  const measured = rule.measure ?? rule.series?.name ?? rule.query ?? '';
  const source = measured === '' || measured === rule.name ? '' : ` (${measured.slice(0, 200)})`;
  const over = ` over ${formatDuration(rule.over)}`;
  const samples = minSamples > 1 ? `, by at least ${minSamples} values` : '';
  if (rule.dryRun)
    return `only looked at, and nothing follows from it: ${rule.name} ${limits.join(', ')}${over}${samples}${source}`;
  const unseen = [
    ...(rule.onNoData === 'ask' || rule.onError === 'ask' ? ['unseen for long, people are asked'] : []),
  ];
  return `at every step: ${rule.name} ${limits.join(', ')}${over}${samples}; ${toleratedText(rule.failureLimit)}${unseen.map((text) => `; ${text}`).join('')}${source}`;
}

const toleratedText = (tolerated: number): string =>
  tolerated === 0
    ? 'one look beyond it speaks against the version'
    : `more than ${tolerated} ${tolerated === 1 ? 'look' : 'looks'} beyond it at one step speak against the version`;
