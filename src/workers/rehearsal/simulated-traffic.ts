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

/** Users, and what can be seen of them: health, counters, measures and alerts. */
export function simulatedTraffic(world: World): {
  readonly health: HealthProber;
  readonly metrics: MetricsProvider;
  readonly metricSource: MetricSource;
  readonly alerts: AlertSource;
} {
  const counters = new Map<string, Counter>();
  return {
    health: {
      probe: (url) => {
        const version = newVersionAt(world, url);
        const fails =
          version !== undefined &&
          (world.faults.active('health') !== undefined || world.brokenGreen(version) === 'unhealthy');
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
        if (world.faults.active('metrics')) return Promise.resolve({ kind: 'error', reason: gone });
        const environment = /\/\/router\.(.+)\.invalid/.exec(address)?.[1] ?? world.live;
        const key = `${environment}/${version}`;
        const counter = counters.get(key) ?? new Counter(world.time.now());
        counters.set(key, counter);
        return Promise.resolve({
          kind: 'counters',
          counters: counter.read(world, environment, version),
        });
      },
    },
    metricSource: {
      open: () => ({
        read: (rule, measured) =>
          Promise.resolve(
            world.faults.active('metrics') ? { kind: 'error', reason: gone } : measure(world, rule, measured),
          ),
      }),
    },
    alerts: {
      firing: () => {
        const alert = world.faults.active('alert')?.alert;
        return Promise.resolve({ kind: 'alerts', firing: alert === undefined ? [] : [alert] });
      },
    },
  };
}

/** The new version, where a health check looks at it: at its own address, or at the public one while it has most of the traffic. */
function newVersionAt(world: World, url: string): string | undefined {
  const { live } = world;
  const beside = [...world.environment(live).deployed.keys()].find(
    (version) => world.isNew(version) && url.startsWith(candidateUrl(live, version)),
  );
  if (beside !== undefined) return beside;
  const environment = world.config.environments[live];
  const serving = world.serving(live);
  if (!environment || serving === undefined || !world.isNew(serving)) return undefined;
  return url === new URL(environment.health.path, environment.url).href ? serving : undefined;
}

/** A measure that is well within a rule's limits, with a little unrest, and the faults that are on. */
function measure(world: World, rule: MetricRule, { version }: Measured): Reading {
  const faulty = world.isNew(version);
  const rate = faulty ? world.faults.active('error-rate')?.['error-rate'] : undefined;
  const slower = faulty ? world.faults.active('latency')?.latency : undefined;
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

  read(world: World, environment: string, version: string) {
    const now = world.time.now();
    const share = (world.environment(environment).weights[version] ?? 0) / 100;
    const faulty = world.isNew(version) && environment === world.live;
    const rate =
      (faulty ? world.faults.active('error-rate')?.['error-rate'] : undefined) ?? usual['error-rate'];
    const slower = (faulty ? world.faults.active('latency')?.latency : undefined) ?? 1;
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
