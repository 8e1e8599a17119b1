import { Counter, Gauge } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetricSource } from '../../../src/adapters/metrics/metric-source.ts';
import { createRouterMetrics } from '../../../src/adapters/router/metrics.ts';
import type { RouterMetrics } from '../../../src/adapters/router/metrics.ts';
import type { Measured, MetricPlace, MetricSession, Usage } from '../../../src/activities/ports/index.ts';
import type { MetricsConfig } from '../../../src/domain/config/metrics-schema.ts';
import type { Reading } from '../../../src/domain/metrics/reading.ts';
import { freePorts } from '../../support/free-ports.ts';
import { badServers, baseline, canary, configOf, placeOf, secrets, serve, startPage } from './support.ts';
import type { Server } from './support.ts';

const signal = new AbortController().signal;
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
const closing = <T extends Server>(server: T): T => {
  cleanUps.push(() => server.close());
  return server;
};

/** The clock that windows are taken by: it goes on as a test says. */
let seconds = 0;
beforeEach(() => {
  seconds = 1_000;
});
const open = (config: MetricsConfig, place: Partial<MetricPlace>) =>
  createMetricSource({ secrets, now: () => seconds * 1_000 }).open(config, placeOf(place));
/** Everything that its rules say of a version, at once, as a rollout asks. */
const look = async (session: MetricSession, config: MetricsConfig, ...of: Measured[]) => {
  const asked = config.rules.flatMap((rule) => of.map((measured) => ({ rule, measured })));
  const readings = await Promise.all(asked.map(({ rule, measured }) => session.read(rule, measured, signal)));
  return Object.fromEntries(
    asked.map(({ rule, measured }, index) => [
      of.length > 1 ? `${rule.name} ${measured.version}` : rule.name,
      readings[index]!,
    ]),
  );
};
const value = (number: number): Reading => ({ kind: 'value', value: number });
const about = (number: number) => ({ kind: 'value', value: expect.closeTo(number, 5) as number });
const noData = (reason: string) => ({ kind: 'no-data', reason: expect.stringContaining(reason) as string });
const error = (reason: string) => ({ kind: 'error', reason: expect.stringContaining(reason) as string });

const measures = ['error-rate', 'p50', 'p95', 'p99', 'request-rate'] as const;
const routerRules = (more: object = {}) =>
  configOf({ rules: measures.map((measure) => ({ name: measure, measure, max: 1, over: '60s', ...more })) });

describe("the router's measures", () => {
  /** A router that can be started again. */
  const startRouter = async () => {
    let metrics: RouterMetrics = createRouterMetrics();
    let asked = 0;
    const server = closing(
      await serve((_, response) => {
        asked += 1;
        void metrics.registry.metrics().then((text) => response.end(text));
      }),
    );
    return {
      router: () => Promise.resolve(server.url),
      asked: () => asked,
      restart: () => void (metrics = createRouterMetrics()),
      answer(count: number, options: { version?: string; code?: string; slot?: string; took?: number } = {}) {
        const { version = '2.0.0', code = '200', slot = 'green', took = 0.02 } = options;
        metrics.requests.inc({ version, slot, code }, count);
        for (let i = 0; i < count; i += 1) metrics.duration.observe({ version, slot }, took);
      },
    };
  };

  it('[SI-10] [DW-8] are those of one version in the last minute, in fractions, milliseconds and per second', async () => {
    const config = routerRules();
    const router = await startRouter();
    const session = open(config, { router: router.router });
    router.answer(1_000, { code: '500', took: 9 });
    router.answer(50, { version: '1.0.0', slot: 'blue' });
    expect(await look(session, config, canary)).toEqual(
      Object.fromEntries(measures.map((measure) => [measure, noData('read once')])),
    );
    seconds += 20;
    router.answer(90, { took: 0.02 });
    router.answer(6, { code: '503', took: 0.3 });
    router.answer(4, { code: '404', took: 0.3, slot: 'blue' });
    router.answer(500, { version: '1.0.0', code: '500', slot: 'blue' });
    const seen = await look(session, config, canary);
    expect(seen).toEqual({
      'error-rate': about(0.06),
      p50: about(10 + (15 * 50) / 90),
      p95: about(250 + (250 * 5) / 10),
      p99: about(250 + (250 * 9) / 10),
      'request-rate': about(5),
    });
    // What was long ago no longer counts.
    for (const _ of [1, 2, 3]) {
      seconds += 30;
      router.answer(30);
      await look(session, config, canary);
    }
    expect(await look(session, config, canary)).toMatchObject({
      'error-rate': value(0),
      'request-rate': about(1),
    });
  });

  it('read the page once a look, however many rules and versions are about it', async () => {
    const config = routerRules();
    const router = await startRouter();
    const session = open(config, { router: router.router });
    router.answer(10);
    await look(session, config, canary, baseline);
    expect(router.asked()).toBe(1);
    seconds += 10;
    router.answer(10);
    router.answer(20, { version: '1.0.0' });
    expect(await look(session, config, canary, baseline)).toMatchObject({
      'request-rate 2.0.0': value(1),
      'request-rate 1.0.0': noData('read once'),
    });
    expect(router.asked()).toBe(2);
  });

  it('[BY-4] say nothing on too few requests', async () => {
    const config = routerRules({ minRequests: 5 });
    const router = await startRouter();
    const session = open(config, { router: router.router });
    router.answer(10);
    await look(session, config, canary);
    seconds += 10;
    router.answer(4, { code: '500' });
    const few = noData('only 4 requests; it takes 5 to judge by');
    expect(await look(session, config, canary)).toEqual(Object.fromEntries(measures.map((m) => [m, few])));
  });

  it('know that nobody comes, where no requests are asked for', async () => {
    const config = routerRules({ minRequests: 0 });
    const router = await startRouter();
    const session = open(config, { router: router.router });
    router.answer(10);
    await look(session, config, canary);
    seconds += 10;
    expect(await look(session, config, canary)).toMatchObject({
      'request-rate': value(0),
      'error-rate': noData('no requests'),
    });
  });

  it('take all that a router counted since it was started again', async () => {
    const config = routerRules();
    const router = await startRouter();
    const session = open(config, { router: router.router });
    router.answer(100, { code: '500' });
    await look(session, config, canary);
    seconds += 10;
    router.restart();
    expect(await look(session, config, canary)).toMatchObject({
      'error-rate': noData('no requests of version'),
    });
    seconds += 10;
    router.answer(18);
    router.answer(2, { code: '500' });
    expect(await look(session, config, canary)).toMatchObject({
      'error-rate': about(0.1),
      'request-rate': about(1),
    });
    // More than there was before the restart is no growth over that.
    seconds += 10;
    router.answer(280);
    expect(await look(session, config, canary)).toMatchObject({ 'request-rate': about(10) });
  });

  it('[BY-4] never take a page without the version for counters at nothing', async () => {
    const config = routerRules({ minRequests: 0 });
    const router = await startRouter();
    let page = router.router;
    const session = open(config, { router: () => page() });
    router.answer(1_000, { code: '500' });
    await look(session, config, canary);
    seconds += 10;
    const empty = closing(await serve((_, response) => response.end('')));
    page = () => Promise.resolve(empty.url);
    expect(await look(session, config, canary)).toMatchObject({
      'error-rate': noData('no requests of version'),
    });
    seconds += 10;
    page = router.router;
    router.answer(20);
    expect(await look(session, config, canary)).toMatchObject({
      'error-rate': value(0),
      'request-rate': about(1),
    });
  });

  it('say nothing where there is no router to look at', async () => {
    const config = routerRules();
    expect(await look(open(config, {}), config, canary)).toMatchObject({
      'error-rate': noData('no router whose numbers can be read'),
    });
  });

  it('say nothing of times that the router does not count', async () => {
    const config = routerRules();
    let count = 10;
    const page = closing(
      await serve((_, response) =>
        response.end(`sluice_router_requests_total{version="2.0.0",code="200"} ${(count += 10)}\n`),
      ),
    );
    const session = open(config, { router: () => Promise.resolve(page.url) });
    await look(session, config, canary);
    seconds += 10;
    expect(await look(session, config, canary)).toMatchObject({
      'error-rate': value(0),
      p95: noData('counts no durations'),
    });
  });

  it.each(badServers)(
    '[BY-4] are an error and not bad news where the page %s, and are back with it',
    async (_, listener, reason) => {
      const config = configOf({ rules: [{ name: 'rate', measure: 'error-rate', max: 0 }] });
      const router = await startRouter();
      let page = router.router;
      const session = open(config, { router: () => page() });
      router.answer(10);
      await look(session, config, canary);
      seconds += 10;
      const bad = closing(await serve(listener));
      page = () => Promise.resolve(bad.url);
      expect(await look(session, config, canary)).toEqual({ rate: error(reason) });
      page = router.router;
      router.answer(10);
      expect(await look(session, config, canary)).toEqual({ rate: value(0) });
      // An outage longer than the window: what was before is too long ago to be taken together with what is now.
      page = () => Promise.resolve('nonsense');
      seconds += 3_600;
      expect(await look(session, config, canary)).toEqual({ rate: error('nonsense') });
      page = router.router;
      router.answer(10, { code: '500' });
      expect(await look(session, config, canary)).toEqual({ rate: noData('read once') });
    },
  );

  it('[BY-4] are an error where the router is gone, and where the driver fails or hangs', async () => {
    const config = configOf({ rules: [{ name: 'rate', measure: 'error-rate', max: 0 }] });
    const [port] = await freePorts(1);
    const router = (answer: () => Promise<string>) => look(open(config, { router: answer }), config, canary);
    expect(await router(() => Promise.resolve(`http://127.0.0.1:${port}`))).toEqual({
      rate: error('connection refused'),
    });
    expect(await router(() => Promise.reject(new Error('its record is damaged')))).toEqual({
      rate: error('the driver: its record is damaged'),
    });
    expect(await router(() => new Promise(() => undefined))).toEqual({
      rate: error('the driver: no answer within 5s'),
    });
  });
});

describe('what processes use', () => {
  const config = configOf({
    rules: [
      { name: 'memory', measure: 'memory', max: '512MB' },
      { name: 'cpu', measure: 'cpu', max: 1, over: '60s' },
    ],
  });

  it('[DW-8] is bytes, and cores over the window', async () => {
    const usage: Record<string, Usage> = {
      '2.0.0': { memory: 300e6, cpuSeconds: 100 },
      '1.0.0': { memory: 200e6, cpuSeconds: 900 },
    };
    const session = open(config, { usage: ({ version }) => Promise.resolve(usage[version]) });
    expect(await look(session, config, canary, baseline)).toEqual({
      'memory 2.0.0': value(300e6),
      'memory 1.0.0': value(200e6),
      'cpu 2.0.0': noData('read once'),
      'cpu 1.0.0': noData('read once'),
    });
    seconds += 10;
    usage['2.0.0'] = { memory: 600e6, cpuSeconds: 115 };
    expect(await look(session, config, canary, baseline)).toMatchObject({
      'memory 2.0.0': value(600e6),
      'cpu 2.0.0': value(1.5),
      'cpu 1.0.0': value(0),
    });
  });

  it('[BY-4] does not take processes that ended for work that was done', async () => {
    let usage: Usage | undefined = { memory: 1, cpuSeconds: 100 };
    const session = open(config, { usage: () => Promise.resolve(usage) });
    await look(session, config, canary);
    seconds += 10;
    usage = { memory: 1, cpuSeconds: 60 };
    expect(await look(session, config, canary)).toMatchObject({ cpu: noData('read once') });
    seconds += 10;
    usage = { memory: 1, cpuSeconds: 65 };
    expect(await look(session, config, canary)).toMatchObject({ cpu: value(0.5) });
    usage = undefined;
    expect(await look(session, config, canary)).toEqual({
      memory: noData("this driver can't see processes of version 2.0.0"),
      cpu: noData("this driver can't see processes of version 2.0.0"),
    });
  });
});

describe("series of the version's own page", () => {
  const config = configOf({
    page: '/metrics',
    rules: [
      { name: 'queue', series: { name: 'queue_length', labels: { kind: 'mail' } }, max: 100 },
      { name: 'failures', series: { name: 'failures_total', labels: { job: 'pay' }, as: 'rate' }, max: 1 },
    ],
  });
  const startVersion = async () => {
    const page = closing(await startPage());
    const registers = [page.registry];
    return {
      ...page,
      queue: new Gauge({ name: 'queue_length', help: 'x', labelNames: ['kind', 'host'], registers }),
      failures: new Counter({ name: 'failures_total', help: 'x', labelNames: ['job', 'why'], registers }),
    };
  };

  it('are summed up as they are, or as what they grow by a second', async () => {
    const [own, before] = [await startVersion(), await startVersion()];
    const slot = ({ version }: Measured) => Promise.resolve(version === '2.0.0' ? own.url : before.url);
    const session = open(config, { slot });
    own.queue.set({ kind: 'mail', host: 'a' }, 3);
    own.queue.set({ kind: 'mail', host: 'b' }, 4);
    own.queue.set({ kind: 'push', host: 'b' }, 100);
    before.queue.set({ kind: 'mail', host: 'a' }, 1);
    own.failures.inc({ job: 'pay', why: 'late' }, 50);
    own.failures.inc({ job: 'mail', why: 'late' }, 50);
    expect(await look(session, config, canary, baseline)).toMatchObject({
      'queue 2.0.0': value(7),
      'queue 1.0.0': value(1),
      'failures 2.0.0': noData('read once'),
      'failures 1.0.0': noData('the page has no failures_total{job="pay"}'),
    });
    expect([own.asked(), before.asked()]).toEqual([1, 1]);
    seconds += 10;
    own.failures.inc({ job: 'pay', why: 'late' }, 10);
    own.failures.inc({ job: 'pay', why: 'lost' }, 5);
    own.failures.inc({ job: 'mail', why: 'late' }, 500);
    expect(await look(session, config, canary)).toMatchObject({ failures: value(1.5) });
    seconds += 10;
    own.failures.reset();
    own.failures.inc({ job: 'pay', why: 'late' }, 5);
    expect(await look(session, config, canary)).toMatchObject({ failures: value(1) });
  });

  it('[BY-4] are no rate after a page that had nothing on it', async () => {
    const own = await startVersion();
    const empty = closing(await serve((_, response) => response.end('')));
    let url = own.url;
    const session = open(config, { slot: () => Promise.resolve(url) });
    url = empty.url;
    expect(await look(session, config, canary)).toMatchObject({ failures: noData('the page has no') });
    seconds += 10;
    own.failures.inc({ job: 'pay' }, 5_000);
    url = own.url;
    expect(await look(session, config, canary)).toMatchObject({ failures: noData('read once') });
    seconds += 10;
    url = empty.url;
    await look(session, config, canary);
    seconds += 10;
    url = own.url;
    own.failures.inc({ job: 'pay' }, 20);
    expect(await look(session, config, canary)).toMatchObject({ failures: value(1) });
  });

  it('[BY-4] say nothing of NaN, and of a version whose address nobody knows', async () => {
    const own = await startVersion();
    own.queue.set({ kind: 'mail' }, NaN);
    const session = open(config, { slot: () => Promise.resolve(own.url) });
    expect(await look(session, config, canary)).toMatchObject({ queue: noData('NaN') });
    expect(await look(open(config, {}), config, canary)).toMatchObject({ queue: noData('is not known') });
  });

  it('[BY-4] are an error where the version does not show its page', async () => {
    const gone = closing(await serve((_, response) => response.writeHead(404).end()));
    const at = (url: string) => look(open(config, { slot: () => Promise.resolve(url) }), config, canary);
    expect(await at(gone.url)).toMatchObject({ queue: error('/metrics: HTTP 404') });
    expect(await at('nonsense')).toMatchObject({ queue: error('not the address of a slot') });
  });
});
