import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import fc from 'fast-check';
import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createScrapeMetrics } from '../../src/adapters/metrics-scrape/index.ts';
import { parseMetrics } from '../../src/adapters/metrics-scrape/parse.ts';
import { createRouterMetrics } from '../../src/adapters/router/metrics.ts';
import { freePort } from './router/support.ts';

describe('parseMetrics', () => {
  it.each<[string, unknown]>([
    ['up 1', [{ name: 'up', labels: {}, value: 1 }]],
    ['up{} 1', [{ name: 'up', labels: {}, value: 1 }]],
    [
      'a:b_c{le="+Inf", x="y",} 2.5e3 1700000000000',
      [{ name: 'a:b_c', labels: { le: '+Inf', x: 'y' }, value: 2_500 }],
    ],
    [
      'm{path="C:\\\\dir\\n",q="say \\"hi\\" }{ , =",odd="\\t"} 1',
      [{ name: 'm', labels: { path: 'C:\\dir\n', q: 'say "hi" }{ , =', odd: '\\t' }, value: 1 }],
    ],
    ['m NaN\nm +Inf\nm -Inf', [NaN, Infinity, -Infinity].map((value) => ({ name: 'm', labels: {}, value }))],
    ['# HELP m x\n# TYPE m counter\n\r\nm 3\r\n# EOF', [{ name: 'm', labels: {}, value: 3 }]],
    ['m{a="b"} 1 # {trace_id="x"} 0.5 1700000000.1', [{ name: 'm', labels: { a: 'b' }, value: 1 }]],
  ])('reads %j', (text, samples) => {
    expect(parseMetrics(text)).toEqual({ samples, unreadable: 0 });
  });

  it('leaves out what it can not read, and counts it', () => {
    expect(parseMetrics('<html>\nm{a="b} 1\nm{a=b} 1\n1m 1\nm\nm one\nm 1')).toMatchObject({
      samples: [{ name: 'm', value: 1 }],
      unreadable: 6,
    });
  });

  it('reads back whatever the client library writes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.nat()), { maxLength: 5 }),
        async (values) => {
          const registry = new Registry();
          const counter = new Counter({ name: 'c', help: 'any', labelNames: ['v'], registers: [registry] });
          const expected = new Map<string, number>();
          for (const [label, value] of values) {
            counter.inc({ v: label }, value);
            expected.set(label, (expected.get(label) ?? 0) + value);
          }
          const { samples, unreadable } = parseMetrics(await registry.metrics());
          expect(unreadable).toBe(0);
          expect(
            new Map(
              samples.flatMap(({ labels, value }) =>
                labels['v'] === undefined ? [] : [[labels['v'], value]],
              ),
            ),
          ).toEqual(expected);
        },
      ),
    );
  });

  it('stays quick on a huge hostile line', () => {
    const started = performance.now();
    parseMetrics(`m{${'a="'.repeat(50_000)} 1\n${'m '.repeat(100_000)}\nm{a="${'\\'.repeat(100_001)}"} 1`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('createScrapeMetrics', () => {
  const provider = createScrapeMetrics();
  const signal = new AbortController().signal;
  const cleanUps: (() => void)[] = [];
  afterEach(() => cleanUps.splice(0).forEach((cleanUp) => cleanUp()));
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as { port: number }).port}/metrics`;
  };
  const read = (address: string, version = '1.0.0') => provider.read({ address, version, signal });

  it('[RW-10] reads what one version did from the page of the router', async () => {
    const metrics = createRouterMetrics();
    for (const [version, slot, code, seconds] of [
      ['1.0.0', 'blue', '200', 0.02],
      ['1.0.0', 'blue', '404', 0.3],
      ['1.0.0', 'green', '503', 70],
      ['2.0.0', 'green', '500', 1],
    ] as const) {
      metrics.requests.inc({ version, slot, code });
      metrics.duration.observe({ version, slot }, seconds);
    }
    const address = await serve(
      (_, response) => void metrics.registry.metrics().then((text) => response.end(text)),
    );
    const reading = await read(address);
    expect(reading).toMatchObject({ kind: 'counters', counters: { requests: 3, errors: 1 } });
    const buckets = new Map(
      reading.kind === 'counters' ? reading.counters.buckets.map(({ le, count }) => [le, count]) : [],
    );
    expect([
      buckets.get(0.01),
      buckets.get(0.025),
      buckets.get(0.5),
      buckets.get(60),
      buckets.get(Infinity),
    ]).toEqual([0, 1, 2, 2, 3]);
    expect(await read(address, '3.0.0')).toMatchObject({
      kind: 'no-data',
      reason: expect.stringContaining('no samples of version 3.0.0') as string,
    });
  });

  it('has no data on an empty page', async () => {
    expect(await read(await serve((_, response) => response.end('')))).toMatchObject({ kind: 'no-data' });
  });

  it.each<[string, RequestListener, string]>([
    [
      'a page that fails',
      (_, response) =>
        response.writeHead(500).end('sluice_router_requests_total{version="1.0.0",code="200"} 1'),
      'HTTP 500',
    ],
    [
      'garbage',
      (_, response) => response.end('<html><body>Sign in</body></html>'),
      'not a Prometheus text page',
    ],
    [
      'a page that is cut off',
      (_, response) =>
        response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy()),
      'connection closed',
    ],
    ['a huge page', (_, response) => response.end('m 1\n'.repeat(3_000_000)), 'larger than 8 MB'],
    ['a page that hangs', () => undefined, 'no answer within 5s'],
  ])('[BY-4] calls %s an error', async (_, listener, reason) => {
    expect(await read(await serve(listener))).toMatchObject({
      kind: 'error',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('[BY-4] calls a provider that is gone an error, and never throws', async () => {
    expect(await read(`http://127.0.0.1:${await freePort()}/metrics`)).toMatchObject({
      kind: 'error',
      reason: expect.stringContaining('connection refused') as string,
    });
    expect(await read('nonsense')).toMatchObject({ kind: 'error' });
    expect(
      await provider.read({ address: 'http://127.0.0.1:1', version: '1', signal: AbortSignal.abort() }),
    ).toMatchObject({ kind: 'error', reason: expect.stringContaining('cancelled') as string });
  });
});
