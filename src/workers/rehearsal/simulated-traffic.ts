import type {
  AlertSource,
  HealthProber,
  Measured,
  MetricsProvider,
  MetricSource,
} from '../../activities/ports/index.ts';
import type { MetricRule } from '../../domain/config/metrics-schema.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import { candidateUrl } from './simulated-driver.ts';
import type { World } from './world.ts';

/** What a healthy version of any product is taken to measure. */
const usual = {
  'error-rate': 0.002,
  p50: 40,
  p95: 120,
  p99: 200,
  'request-rate': 20,
  memory: 180e6,
  cpu: 0.2,
} as const;

const gone = 'the metrics provider does not answer';
/** Upper bounds of the histogram, in seconds. */
const bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];

/** The version that a scenario's faults of traffic and health are about: the one that a run brings into production. */
export interface Candidate {
  version: string | undefined;
}

/** Users, and what can be seen of them: health, counters, measures and alerts. */
export function simulatedTraffic(
  world: World,
  candidate: Candidate,
): {
  readonly health: HealthProber;
  readonly metrics: MetricsProvider;
  readonly metricSource: MetricSource;
  readonly alerts: AlertSource;
} {
  const counters = new Map<string, Counter>();
  return {
    health: {
      probe: (url) => {
        const about = aboutCandidate(world, candidate, url);
        const fails = about && world.active('health') !== undefined;
        return Promise.resolve({
          ok: !fails,
          status: fails ? 503 : 200,
          latency: 12,
          reason: fails ? 'HTTP 503' : undefined,
        });
      },
    },
    metrics: {
      read: ({ address, version }) => {
        if (world.active('metrics')) return Promise.resolve({ kind: 'error', reason: gone });
        const environment = /\/\/router\.(.+)\.invalid/.exec(address)?.[1] ?? 'production';
        const key = `${environment}/${version}`;
        const counter = counters.get(key) ?? new Counter(world.time.now());
        counters.set(key, counter);
        return Promise.resolve({
          kind: 'counters',
          counters: counter.read(world, environment, version, candidate),
        });
      },
    },
    metricSource: {
      open: () => ({
        read: (rule, measured) =>
          Promise.resolve(
            world.active('metrics')
              ? { kind: 'error', reason: gone }
              : measure(world, candidate, rule, measured),
          ),
      }),
    },
    alerts: {
      firing: () => {
        const alert = world.active('alert')?.alert;
        return Promise.resolve({ kind: 'alerts', firing: alert === undefined ? [] : [alert] });
      },
    },
  };
}

/** Whether a health check looks at the new version: at its own address, or at the public one while it has all traffic. */
function aboutCandidate(world: World, { version }: Candidate, url: string): boolean {
  if (version === undefined) return false;
  if (url.startsWith(candidateUrl('production', version))) return true;
  const production = world.config.environments['production'];
  return (
    production !== undefined &&
    url === new URL(production.health.path, production.url).href &&
    world.serving('production') === version
  );
}

/** A measure that is well within a rule's limits, with a little unrest, and the faults that are on. */
function measure(world: World, candidate: Candidate, rule: MetricRule, { version }: Measured): Reading {
  const faulty = version === candidate.version;
  const rate = faulty ? world.active('error-rate')?.['error-rate'] : undefined;
  const slower = faulty ? world.active('latency')?.latency : undefined;
  const { kind, good } = whatIs(rule);
  if (kind === 'errors' && rate !== undefined) return { kind: 'value', value: rate };
  const unrest = 1 + 0.05 * Math.sin(world.time.now() / 7_000 + (faulty ? 1 : 2));
  return { kind: 'value', value: good * unrest * (kind === 'latency' ? (slower ?? 1) : 1) };
}

/** A rule of one's own is known by its name; its value lies between its limits. */
function whatIs(rule: MetricRule): { readonly kind: 'errors' | 'latency' | 'other'; readonly good: number } {
  const about = `${rule.measure ?? ''} ${rule.name}`;
  const kind = /error|fail|5xx/.test(about)
    ? 'errors'
    : /p50|p95|p99|latency|duration|slow/.test(about)
      ? 'latency'
      : 'other';
  if (rule.measure) return { kind, good: usual[rule.measure] };
  if (rule.max !== undefined && rule.min !== undefined) return { kind, good: (rule.max + rule.min) / 2 };
  if (rule.max !== undefined) return { kind, good: rule.max / 2 };
  if (rule.min !== undefined) return { kind, good: rule.min * 2 };
  return { kind, good: kind === 'errors' ? usual['error-rate'] : 100 };
}

/** The share of answers that usually come within so many seconds: 95 % within 125 ms. */
const within = (seconds: number): number =>
  seconds >= 0.2 ? 1 : seconds >= 0.1 ? 0.94 + (seconds - 0.1) * 0.6 : seconds * 9.4;

/** What a router has counted of one version. */
class Counter {
  private at: number;
  private requests = 200;
  private errors = 0;
  private readonly buckets = bounds.map((le) => ({ le, count: Math.round(200 * within(le)) }));

  constructor(at: number) {
    this.at = at;
  }

  read(world: World, environment: string, version: string, candidate: Candidate) {
    const now = world.time.now();
    const share = (world.environment(environment).weights[version] ?? 0) / 100;
    const faulty = version === candidate.version && environment === 'production';
    const rate = (faulty ? world.active('error-rate')?.['error-rate'] : undefined) ?? usual['error-rate'];
    const slower = (faulty ? world.active('latency')?.latency : undefined) ?? 1;
    const more = Math.round(((now - this.at) / 1_000) * world.scenario.traffic * share);
    this.at = now;
    this.requests += more;
    this.errors += Math.round(more * rate);
    for (const bucket of this.buckets) {
      // As many are at or under a bound as usually are under the bound that is so many times lower.
      bucket.count += Math.round(more * within(bucket.le / slower));
    }
    return {
      at: now,
      requests: this.requests,
      errors: this.errors,
      buckets: this.buckets.map((each) => ({ ...each })),
    };
  }
}
