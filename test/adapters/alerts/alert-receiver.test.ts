import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { request } from 'undici';
import { startAlertReceiver } from '../../../src/adapters/alerts/alert-receiver.ts';
import type { AlertReceiver, AlertReceiverOptions } from '../../../src/adapters/alerts/alert-receiver.ts';
import type { FiringAlert } from '../../../src/adapters/alerts/webhook-payload.ts';
import { startAlertmanager } from '../../support/alertmanager.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: Partial<AlertReceiverOptions> = {}) {
  const taken: FiringAlert[] = [];
  const receiver: AlertReceiver = await startAlertReceiver({
    host: '127.0.0.1',
    port: 0,
    onAlert: async (alert) => {
      taken.push(alert);
    },
    ...options,
  });
  cleanUps.push(() => receiver.close());
  return { ...receiver, taken };
}

const post = async (url: string, body: string | object, headers: Record<string, string> = {}) => {
  const response = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    reset: true,
  });
  return { status: response.statusCode, text: await response.body.text() };
};

const alert = (name: string, status = 'firing') => ({
  status,
  labels: { alertname: name, severity: 'critical' },
  annotations: { summary: 'it burns' },
  startsAt: '2026-01-02T03:04:05.678Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: `print-${name}`,
});
const payload = (...alerts: object[]) => ({
  version: '4',
  groupKey: '{}:{}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'sluice',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager',
  alerts,
});

describe('the receiver', () => {
  it('gives every alert that fires', async () => {
    const receiver = await start();
    const sent = payload(alert('A'), alert('B', 'resolved'), alert('C'));
    expect(await post(receiver.url, sent)).toEqual({ status: 200, text: '2 firing\n' });
    expect(receiver.taken).toEqual(
      ['A', 'C'].map((name) => ({
        name,
        labels: { alertname: name, severity: 'critical' },
        text: `${name}: it burns (severity critical)`,
        fingerprint: `print-${name}`,
        startsAt: '2026-01-02T03:04:05.678Z',
      })),
    );
  });

  it.each<[string, string | object, number, string]>([
    ['no JSON', 'hello', 400, 'the body is not JSON'],
    ['nothing', '', 400, 'the body is not JSON'],
    ['another version', { ...payload(), version: '3' }, 400, 'only version 4'],
    ['another payload', { ref: 'main' }, 400, 'not what Alertmanager posts to a webhook: version'],
    [
      'an alert without a fingerprint',
      payload({ ...alert('A'), fingerprint: undefined }),
      400,
      'alerts.0.fingerprint',
    ],
    ['an alert without a time', payload({ ...alert('A'), startsAt: 'today' }), 400, 'alerts.0.startsAt'],
    ['labels that are numbers', payload({ ...alert('A'), labels: { a: 1 } }), 400, 'alerts.0.labels.a'],
    ['over 1 MiB', 'x'.repeat(1024 * 1024 + 1), 413, 'larger than 1 MiB'],
  ])('refuses %s, and says why', async (_, body, status, text) => {
    const receiver = await start();
    expect(await post(receiver.url, body)).toEqual({
      status,
      text: expect.stringContaining(text) as string,
    });
    expect(receiver.taken).toEqual([]);
  });

  it('refuses other paths and methods', async () => {
    const receiver = await start();
    const { origin } = new URL(receiver.url);
    for (const path of ['/', '//', '/alerts/x'])
      expect(await post(`${origin}${path}`, payload())).toMatchObject({ status: 404 });
    expect((await request(receiver.url)).statusCode).toBe(405);
  });

  it('takes alerts only from those who show the token', async () => {
    const receiver = await start({ token: 'not-a-real-token' });
    const sent = payload(alert('A'));
    for (const authorization of ['', 'Bearer wrong', 'not-a-real-token', 'Basic bm90LWEtcmVhbC10b2tlbg=='])
      expect(await post(receiver.url, sent, { authorization })).toMatchObject({ status: 401 });
    expect(receiver.taken).toEqual([]);
    const authorization = 'Bearer not-a-real-token';
    expect(await post(receiver.url, sent, { authorization })).toMatchObject({ status: 200 });
    expect(receiver.taken).toHaveLength(1);
  });

  it('answers only once the alert was taken', async () => {
    const taking = Promise.withResolvers<void>();
    const asked = vi.fn(() => taking.promise);
    const receiver = await start({ onAlert: asked });
    let answered = false;
    const answer = post(receiver.url, payload(alert('A'))).finally(() => (answered = true));
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    expect(answered).toBe(false);
    taking.resolve();
    expect(await answer).toMatchObject({ status: 200 });
  });

  it('answers 500 without a word about why, where an alert could not be taken', async () => {
    const receiver = await start({ onAlert: () => Promise.reject(new Error('the password is wrong')) });
    expect(await post(receiver.url, payload(alert('A')))).toEqual({
      status: 500,
      text: 'the alerts could not be taken: send them again\n',
    });
  });

  it('closes when what it took is answered, whoever else is connected', async () => {
    const taking = Promise.withResolvers<void>();
    const asked = vi.fn(() => taking.promise);
    const receiver = await startAlertReceiver({ host: '127.0.0.1', port: 0, onAlert: asked });
    const idle = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    idle.on('error', () => undefined);
    const answer = post(receiver.url, payload(alert('A')));
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    const closed = receiver.close();
    taking.resolve();
    expect(await answer).toMatchObject({ status: 200 });
    await closed;
    await expect(post(receiver.url, payload())).rejects.toThrow();
    idle.destroy();
  });
});

describe('with a real Alertmanager', () => {
  it('is sent what fires, and again what it could not take', async () => {
    let attempts = 0;
    const taken: FiringAlert[] = [];
    const receiver = await start({
      token: 'not-a-real-token',
      onAlert: async (sent) => {
        attempts += 1;
        if (attempts === 1) throw new Error('not now');
        taken.push(sent);
      },
    });
    const alertmanager = await startAlertmanager({
      webhook: { url: receiver.url, token: 'not-a-real-token' },
    });
    cleanUps.push(() => alertmanager.stop());
    await alertmanager.fire(
      { alertname: 'HighErrorRate', severity: 'critical' },
      { annotations: { summary: '12 % of requests fail' } },
    );
    await vi.waitFor(() => expect(taken).toHaveLength(1), { timeout: 30_000, interval: 50 });
    expect(attempts).toBe(2);
    expect(taken[0]).toMatchObject({
      name: 'HighErrorRate',
      text: 'HighErrorRate: 12 % of requests fail (severity critical)',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
  });
});
