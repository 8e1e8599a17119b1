import { Gauge } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAlertmanager } from '../../../src/adapters/alerts/alertmanager.ts';
import { startAlertReceiver } from '../../../src/adapters/alerts/alert-receiver.ts';
import type { FiringAlert } from '../../../src/adapters/alerts/webhook-payload.ts';
import type { Alertmanager } from '../../support/alertmanager.ts';
import { startAlertmanager } from '../../support/alertmanager.ts';
import { freePorts } from '../../support/free-ports.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import { badServers, configOf, secrets, serve, startPage } from '../metrics/support.ts';

const source = createAlertmanager({ secrets });
const signal = new AbortController().signal;
const firing = (url: string, settings: Record<string, unknown> = {}, of = 'shop') => {
  const { alertmanager } = configOf({ alertmanager: { url, ...settings } });
  return source.firing(alertmanager!, { product: of, environment: 'production' }, signal);
};
const told = { annotations: { summary: '12 % of requests\nfail', description: 'at length' } };
const patience = { timeout: 20_000, interval: 100 };

describe('a real Alertmanager that is polled', () => {
  let alertmanager: Alertmanager;
  beforeAll(async () => {
    alertmanager = await startAlertmanager({
      inhibitRules: [
        {
          source_matchers: ['alertname="Outage"'],
          target_matchers: ['alertname="Slow"'],
          equal: ['product'],
        },
      ],
    });
  });
  afterAll(() => alertmanager?.stop());

  it('has nothing to say while nothing fires', async () => {
    expect(await firing(alertmanager.url)).toEqual({ kind: 'alerts', firing: [] });
  });

  it('[SI-10] tells of what fires, in words, until it is resolved', async () => {
    const labels = { alertname: 'HighErrorRate', severity: 'critical' };
    await alertmanager.fire(labels, told);
    await alertmanager.fire({ alertname: 'DiskFull', severity: 'critical' });
    await alertmanager.fire({ alertname: 'Untidy', severity: 'warning' });
    await vi.waitFor(
      async () =>
        expect(await firing(alertmanager.url)).toEqual({
          kind: 'alerts',
          firing: [
            'DiskFull (severity critical)',
            'HighErrorRate: 12 % of requests fail (severity critical)',
          ],
        }),
      patience,
    );
    await alertmanager.fire(labels, { ...told, endsAt: new Date(Date.now() - 1) });
    await vi.waitFor(
      async () =>
        expect(await firing(alertmanager.url)).toEqual({
          kind: 'alerts',
          firing: ['DiskFull (severity critical)'],
        }),
      patience,
    );
  });

  it('counts only what has all of the labels, with the product and environment filled in', async () => {
    const own = { team: 'x', product: 'shop', environment: 'production' };
    await alertmanager.fire({ alertname: 'A', ...own });
    await alertmanager.fire({ alertname: 'B', ...own, environment: 'staging' });
    await alertmanager.fire({ alertname: 'C', ...own, product: 'bank' });
    await alertmanager.fire({ alertname: 'D', team: 'x' });
    const labels = { team: 'x', product: '{{product}}', environment: '{{ environment }}' };
    await vi.waitFor(async () => {
      expect(await firing(alertmanager.url, { labels: { team: 'x' } })).toMatchObject({
        firing: ['A', 'B', 'C', 'D'],
      });
      expect(await firing(alertmanager.url, { labels })).toEqual({ kind: 'alerts', firing: ['A'] });
      expect(await firing(alertmanager.url, { labels }, 'bank')).toEqual({ kind: 'alerts', firing: ['C'] });
    }, patience);
  });

  it('leaves out what people silenced, and what another alert explains', async () => {
    const labels = { severity: 'page', product: 'shop' };
    await alertmanager.silence({ alertname: 'Known' });
    await alertmanager.fire({ alertname: 'Known', ...labels });
    await alertmanager.fire({ alertname: 'Slow', ...labels });
    await alertmanager.fire({ alertname: 'Outage', ...labels });
    await vi.waitFor(async () => {
      expect(await firing(alertmanager.url, { labels: { severity: 'page' } })).toEqual({
        kind: 'alerts',
        firing: ['Outage (severity page)'],
      });
    }, patience);
  });

  it('tells of the first twenty and counts the others', async () => {
    for (let i = 0; i < 23; i += 1) await alertmanager.fire({ alertname: `Many${i}`, many: 'yes' });
    await vi.waitFor(async () => {
      const reading = await firing(alertmanager.url, { labels: { many: 'yes' } });
      expect(reading.kind === 'alerts' && reading.firing).toHaveLength(21);
      expect(reading).toMatchObject({ firing: expect.arrayContaining(['and 3 more alerts']) as string[] });
    }, patience);
  });
});

describe('an Alertmanager that is broken', () => {
  it.each([
    ...badServers,
    [
      'answers an object',
      (_: unknown, response: { end(text: string): void }) => response.end('{}'),
      'not',
      '10s',
    ],
    [
      'lists what are no alerts',
      (_: unknown, response: { end(text: string): void }) => response.end('[1]'),
      'not',
      '10s',
    ],
  ] as typeof badServers)(
    '[BY-4] is an error and neither bad nor good news: it %s',
    async (_, listener, reason, timeout) => {
      const server = await serve(listener);
      const reading = await firing(server.url, { timeout });
      await server.close();
      expect(reading).toMatchObject({ kind: 'error', reason: expect.stringContaining(reason) as string });
    },
  );

  it('[BY-4] is an error where nobody listens', async () => {
    const [port] = await freePorts(1);
    expect(await firing(`http://127.0.0.1:${port}`)).toEqual({
      kind: 'error',
      reason: `http://127.0.0.1:${port}/api/v2/alerts: connection refused`,
    });
  });

  it('is shown the token, below the path of its address', async () => {
    const seen: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers.authorization, request.url?.split('?')[0]);
      response.end('[]');
    });
    expect(await firing(`${server.url}/am`, { token: 'env:TOKEN' })).toEqual({ kind: 'alerts', firing: [] });
    expect(seen).toEqual(['Bearer not-a-real-token', '/am/api/v2/alerts']);
    await server.close();
  });
});

describe('the whole way', () => {
  it('[SI-10] a number that Prometheus finds too high is an alert that is polled, and one that is sent to the receiver', async () => {
    const taken: FiringAlert[] = [];
    const receiver = await startAlertReceiver({
      host: '127.0.0.1',
      port: 0,
      token: 'not-a-real-token',
      onAlert: async (alert) => {
        taken.push(alert);
      },
    });
    const alertmanager = await startAlertmanager({
      webhook: { url: receiver.url, token: 'not-a-real-token' },
    });
    const page = await startPage();
    const errors = new Gauge({ name: 'errors', help: 'x', registers: [page.registry] });
    const prometheus = await startPrometheus({
      pages: { shop: [`${page.url}/metrics`] },
      alertmanager: alertmanager.url,
      alerts: [
        {
          alert: 'HighErrorRate',
          expr: 'errors > 0.05',
          labels: { severity: 'critical' },
          annotations: { summary: '{{ $value }} of requests fail' },
        },
      ],
    });
    try {
      expect(await firing(alertmanager.url)).toEqual({ kind: 'alerts', firing: [] });
      errors.set(0.12);
      const text = 'HighErrorRate: 0.12 of requests fail (severity critical)';
      await vi.waitFor(async () => {
        expect(await firing(alertmanager.url)).toEqual({ kind: 'alerts', firing: [text] });
        expect(taken).toMatchObject([{ name: 'HighErrorRate', text, labels: { severity: 'critical' } }]);
      }, patience);
    } finally {
      await prometheus.stop();
      await alertmanager.stop();
      await page.close();
      await receiver.close();
    }
  });
});
