import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AlertReceiver } from '../../src/adapters/alerts/alert-receiver.ts';
import { receiveAlerts } from '../../src/workers/alerts.ts';
import type { Alertmanager } from '../support/alertmanager.ts';
import { startAlertmanager } from '../support/alertmanager.ts';
import type { Flows } from '../workflows/support/flows.ts';
import { flows } from '../workflows/support/flows.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';
import { keepingLog } from '../support/log.ts';

/** A real Alertmanager calls the receiver, which tells runs on a real server. */
let on: Flows;
let receiver: AlertReceiver;
let alertmanager: Alertmanager;
const worlds = new Map<string, SimulatedWorld>();
const { log, lines } = keepingLog();

beforeAll(async () => {
  on = await flows({ server: 'real' });
  receiver = await receiveAlerts({
    listen: '127.0.0.1:0',
    token: 'not-a-secret',
    client: () => on.client,
    log,
    catalog: {
      products: () => Promise.resolve([]),
      load: (product) => {
        const world = worlds.get(product);
        if (!world) return Promise.reject(new Error('unknown'));
        return Promise.resolve({
          config: world.config,
          digest: '',
          file: '',
          source: { product, main: 'main' },
        });
      },
    },
  });
  alertmanager = await startAlertmanager({ webhook: { url: receiver.url, token: 'not-a-secret' } });
});
afterAll(async () => {
  await alertmanager.stop();
  await receiver.close();
  await on.close();
});

describe("Alertmanager's webhook", () => {
  it('[SI-10] a critical alert takes back what is in production; others are not heard', async () => {
    const world = on.world();
    worlds.set(world.product, world);
    world.hold('production.monitor');
    const flow = await on.start(world);
    await flow.approve();
    await flow.until(({ steps }) =>
      steps.some(({ id, state }) => id === 'production.monitor' && state === 'running'),
    );
    await alertmanager.fire({ alertname: 'Slow', severity: 'warning', product: world.product });
    await alertmanager.fire({ alertname: 'Elsewhere', severity: 'critical', product: 'another' });
    await vi.waitFor(() => expect(lines.filter(({ level }) => level === 'info')).toHaveLength(2), {
      timeout: 15_000,
    });
    expect((await flow.status()).outcome).toBeUndefined();
    await alertmanager.fire({ alertname: 'CheckoutBroken', severity: 'critical', product: world.product });
    const result = await flow.result();
    expect(result).toMatchObject({ outcome: 'rolled-back' });
    expect(result.reason).toContain('critical alert: CheckoutBroken');
  });
});
