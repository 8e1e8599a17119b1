import { Counter, Gauge, Histogram } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMetricSource } from '../../../src/adapters/metrics/metric-source.ts';
import type { Measured } from '../../../src/activities/ports/index.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import type { Prometheus } from '../../support/prometheus.ts';
import { freePorts } from '../../support/free-ports.ts';
import { badServers, baseline, canary, configOf, placeOf, secrets, serve, startPage } from './support.ts';

const source = createMetricSource({ secrets });
const signal = new AbortController().signal;

const ask = (
  url: string,
  query: string,
  measured: Measured = canary,
  options: { token?: string; timeout?: string; signal?: AbortSignal } = {},
) => {
  const { signal: own = signal, ...settings } = options;
  const config = configOf({ prometheus: { url, ...settings }, rules: [{ name: 'asked', query, max: 1 }] });
  return source.open(config, placeOf()).read(config.rules[0]!, measured, own);
};

describe('queries', () => {
  let prometheus: Prometheus;
  let page: Awaited<ReturnType<typeof startPage>>;

  beforeAll(async () => {
    page = await startPage();
    const registers = [page.registry];
    const requests = new Counter({
      name: 'http_requests_total',
      help: 'x',
      labelNames: ['version', 'code'],
      registers,
    });
    const duration = new Histogram({
      name: 'http_duration_seconds',
      help: 'x',
      labelNames: ['version'],
      registers,
    });
    new Gauge({ name: 'odd', help: 'x', labelNames: ['version'], registers }).set({ version: `a"'\\b` }, 5);
    requests.inc({ version: '1.0.0', code: '200' }, 100);
    requests.inc({ version: '2.0.0', code: '200' }, 75);
    requests.inc({ version: '2.0.0', code: '500' }, 25);
    duration.observe({ version: '2.0.0' }, 0.2);
    prometheus = await startPrometheus({ pages: { shop: [`${page.url}/metrics`] } });
    await vi.waitFor(
      async () => {
        const reading = await ask(prometheus.url, 'sum(http_requests_total)');
        expect(reading).toEqual({ kind: 'value', value: 200 });
      },
      { timeout: 30_000, interval: 100 },
    );
  });
  afterAll(async () => {
    await prometheus?.stop();
    await page?.close();
  });

  const failing =
    'sum(http_requests_total{version="{{version}}",code=~"5.."}) / sum(http_requests_total{version="{{version}}"})';

  it('[SI-10] are asked of each version with its own number filled in', async () => {
    expect(await ask(prometheus.url, failing)).toEqual({ kind: 'value', value: 0.25 });
    const other = 'sum(http_requests_total{version="{{version}}"}) / 50';
    expect(await ask(prometheus.url, other, baseline)).toEqual({ kind: 'value', value: 2 });
    expect(await ask(prometheus.url, other)).toEqual({ kind: 'value', value: 2 });
  });

  it('[DW-8] give rates and quantiles', async () => {
    const counter = page.registry.getSingleMetric('http_requests_total') as Counter;
    await expect
      .poll(
        () => {
          counter.inc({ version: '2.0.0', code: '500' }, 10);
          return ask(prometheus.url, 'sum(rate(http_requests_total{version="{{version}}",code="500"}[5s]))');
        },
        { timeout: 20_000, interval: 200 },
      )
      .toMatchObject({ kind: 'value', value: expect.closeTo(50, -2) as number });
    const histogram = page.registry.getSingleMetric('http_duration_seconds') as Histogram;
    await expect
      .poll(
        () => {
          histogram.observe({ version: '2.0.0' }, 0.2);
          return ask(
            prometheus.url,
            '1000 * histogram_quantile(0.95, sum by (le) (rate(http_duration_seconds_bucket{version="{{version}}"}[5s])))',
          );
        },
        { timeout: 20_000, interval: 200 },
      )
      .toMatchObject({ kind: 'value', value: expect.closeTo(242.5, 0) as number });
  });

  it.each(['odd{version="{{version}}"}', "odd{version='{{version}}'}"])(
    'name what has quotes in it: %s',
    async (query) => {
      expect(await ask(prometheus.url, query, { ...canary, version: `a"'\\b` })).toEqual({
        kind: 'value',
        value: 5,
      });
    },
  );

  it.each(['`', '"} or vector(1) or x{a="', "'} or vector(1) or x{a='"])(
    'are not broken out of by a version such as %s',
    async (version) => {
      for (const quote of ['"', "'", '`'])
        expect(
          await ask(prometheus.url, `odd{version=${quote}{{version}}${quote}}`, { ...canary, version }),
        ).toMatchObject({ kind: 'no-data' });
    },
  );

  it.each([
    ['finds nothing', 'nothing_of_the_kind', 'finds no series'],
    ['divides nothing by nothing', 'vector(0) / vector(0)', 'NaN'],
    ['divides by nothing', 'vector(1) / vector(0)', 'Infinity'],
  ])('[BY-4] say nothing where Prometheus %s', async (_, query, reason) => {
    expect(await ask(prometheus.url, query)).toMatchObject({
      kind: 'no-data',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('say nothing of what is not known of a version', async () => {
    expect(await ask(prometheus.url, 'odd{slot="{{slot}}"}', baseline)).toEqual({
      kind: 'no-data',
      reason: 'the slot of 1.0.0 is not known',
    });
  });

  it.each([
    ['several series', 'http_requests_total', 'the query gives 3 series: aggregate them into one'],
    ['a string', '"text"', 'the query gives a string'],
    ['a matrix', 'http_requests_total[1m]', 'the query gives a range of values'],
    ['a PromQL error', 'sum(', 'bad_data: invalid parameter "query": 1:5: parse error'],
    ['an unknown function', 'summ(up)', 'unknown function with name "summ"'],
  ])('[BY-4] are an error with %s', async (_, query, reason) => {
    expect(await ask(prometheus.url, query)).toMatchObject({
      kind: 'error',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('[BY-4] are an error once Prometheus is gone', async () => {
    const own = await startPrometheus({ pages: {} });
    expect(await ask(own.url, 'vector(3)')).toEqual({ kind: 'value', value: 3 });
    await own.stop();
    expect(await ask(own.url, 'vector(3)')).toEqual({
      kind: 'error',
      reason: `${own.url}/api/v1/query: connection refused`,
    });
  });
});

describe('a server that is broken', () => {
  it.each(badServers)('[BY-4] is an error and not bad news: it %s', async (_, listener, reason, timeout) => {
    const server = await serve(listener);
    try {
      const reading = await ask(server.url, 'up', canary, { timeout });
      expect(reading).toMatchObject({ kind: 'error', reason: expect.stringContaining(reason) as string });
    } finally {
      await server.close();
    }
  });

  it('[BY-4] is an error: nobody listens, it is no host, it speaks no HTTP', async () => {
    const [port] = await freePorts(1);
    for (const url of [`http://127.0.0.1:${port}`, 'http://nowhere.invalid', 'ftp://127.0.0.1'])
      expect(await ask(url, 'up', canary, { timeout: '2s' })).toMatchObject({ kind: 'error' });
  });

  it('is not waited for by those who were cancelled', async () => {
    const server = await serve(() => undefined);
    const cancel = new AbortController();
    const reading = ask(server.url, 'up', canary, { signal: cancel.signal });
    cancel.abort();
    expect(await reading).toMatchObject({
      kind: 'error',
      reason: expect.stringContaining('cancelled') as string,
    });
    await server.close();
  });
});

describe('the token', () => {
  const value = JSON.stringify({
    status: 'success',
    data: { resultType: 'scalar', result: [Date.now() / 1_000, '1'] },
  });

  it('is shown to Prometheus, below the path of its address, and to nobody else', async () => {
    const seen: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      seen.push(request.method, request.url, request.headers.authorization);
      response.writeHead(400).end('{"status":"error","error":"bad not-a-real-token"}');
    });
    const reading = await ask(`${server.url}/prom/`, 'up', canary, { token: 'env:TOKEN' });
    expect(seen).toEqual(['POST', '/prom/api/v1/query', 'Bearer not-a-real-token']);
    expect(reading).toEqual({ kind: 'error', reason: `${server.url}/prom/: error: bad [redacted]` });
    await server.close();
  });

  it.each([
    ['env:NO_SUCH_TOKEN', 'env:NO_SUCH_TOKEN is not set'],
    ['file:/nowhere/at/all', "can't be read"],
    ['env:BROKEN', 'env:BROKEN has spaces, line breaks'],
  ])('[BY-4] is an error where %s can not be had', async (token, reason) => {
    const server = await serve((_, response) => response.end(value));
    expect(await ask(server.url, 'up', canary, { token })).toMatchObject({
      kind: 'error',
      reason: expect.stringContaining(reason) as string,
    });
    await server.close();
  });
});
