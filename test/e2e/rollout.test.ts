import { readFileSync, writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunResult, RunStatus } from '../../src/domain/run/status.ts';
import { startAlertmanager } from '../support/alertmanager.ts';
import { freePorts } from '../support/free-ports.ts';
import { healthyService } from './support/healthy-service.ts';
import type { Load } from './support/load.ts';
import { startLoad } from './support/load.ts';
import { createTinyProduct } from './support/product.ts';
import type { TinyProduct } from './support/product.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import { approve, startRelease } from './support/runs.ts';
import { seedVersion } from './support/seed.ts';
import { createWorld } from './support/world.ts';

/** Real versions behind the real router, judged by what they really do: the second one of each product behaves as its name says. */
const service = `
import { createServer } from 'node:http';
const bad = process.env.SLUICE_VERSION === '0.1.0' ? 'well' : process.env.BEHAVIOUR;
const hoard = [];
let count = 0;
if (bad === 'memory') setInterval(() => hoard.length < 60 && hoard.push(Buffer.alloc(10e6, 1)), 50);
const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
if (bad === 'cpu') setInterval(() => { const start = used(); while (used() - start < 90_000); }, 100);
createServer((request, response) => {
  if (request.url === '/health') {
    response.statusCode = bad === 'health' && count > 10 ? 503 : 200;
    return response.end('ok');
  }
  count += 1;
  response.statusCode = bad === 'errors' && count % 2 ? 500 : 200;
  setTimeout(() => response.end(process.env.SLUICE_VERSION), bad === 'latency' ? 1500 : 0);
}).listen(process.env.PORT, '127.0.0.1');
`;

interface Scenario {
  /** What the reason says; nothing where the version is good. */
  readonly reason?: RegExp;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  well: {},
  errors: { reason: /error-rate: .* over 5 %/ },
  latency: { reason: /latency: .* times as much/ },
  health: { reason: /4 health checks in a row failed.*503/ },
  memory: { reason: /memory: .* MB is over 300 MB/ },
  cpu: { reason: /cpu: .* cores is over/ },
  alert: { reason: /critical alert: CheckoutBroken/ },
};
const names = Object.keys(scenarios);
/** Judged by what the machine has left for them: each alone. */
const alone = ['well', 'latency', 'cpu'];

interface Entry {
  readonly tiny: TinyProduct;
  readonly url: string;
  load?: Load;
  result?: RunResult;
  status?: RunStatus;
  failed?: readonly string[];
}

const world = createWorld('rollout');
const entries = new Map<string, Entry>();
const entry = (name: string): Entry => entries.get(name) ?? expect.unreachable(name);
let client: Client;
let alerts: Awaited<ReturnType<typeof startAlertmanager>>;

beforeAll(async () => {
  alerts = await startAlertmanager({});
  world.onEnd(() => alerts.stop());
  const staging = await healthyService(world);
  const ports = await freePorts(names.length);
  for (const [index, name] of names.entries()) {
    const port = ports[index] ?? 0;
    const tiny = createTinyProduct({
      directory: world.root,
      name,
      files: { 'service.mjs': service },
      configure: () => configuration(name, { staging, port }),
    });
    await seedVersion(world, tiny, '0.1.0');
    tiny.commit('feat: more of it');
    // The first version had no users yet to be judged by.
    const config = JSON.parse(readFileSync(tiny.config, 'utf8')) as object;
    writeFileSync(tiny.config, JSON.stringify({ ...config, ...rollout(name) }));
    entries.set(name, { tiny, url: `http://127.0.0.1:${port}` });
  }
  const { address } = await world.server();
  client = await world.client(address);
  await world.worker([
    'worker',
    address,
    world.data,
    ...[...entries.values()].map(({ tiny }) => tiny.config),
  ]);
  for (const name of alone) await releaseSecond(name);
  await Promise.all(names.filter((name) => !alone.includes(name)).map(releaseSecond));
}, 420_000);
afterAll(() => world.end());

async function releaseSecond(name: string): Promise<void> {
  const one = entry(name);
  const load = startLoad(one.url, 4);
  one.load = load;
  world.onEnd(() => load.stop());
  const run = await startRelease(client, name, '0.2.0');
  await approve(run, 'bob', 120_000);
  if (name === 'alert') {
    await run.until('watch 10 %', ({ rollout }) => rollout?.weights['0.2.0'] === 10, 60_000);
    await alerts.fire({ alertname: 'CheckoutBroken', severity: 'critical', product: name });
  }
  one.result = await run.result();
  one.status = await run.status();
  one.failed = await failedTasks(run);
  const then = load.served();
  await vi.waitFor(() => expect(load.served()).toBeGreaterThan(then + 20), { timeout: 10_000 });
  await load.stop();
}

describe('a rollout on real processes', () => {
  it('[SI-5] [BG-7] a good version takes all traffic, and not one request failed', () => {
    const { result, load, status, failed } = entry('well');
    expect(result).toMatchObject({ outcome: 'succeeded' });
    expect(load?.failures()).toEqual([]);
    expect(load?.versions()).toEqual(['0.1.0', '0.2.0']);
    expect(status?.rollout?.weights).toEqual({ '0.2.0': 100 });
    expect(failed).toEqual([]);
  });

  it.each(names.filter((name) => scenarios[name]?.reason))(
    '[SI-10] [DW-8] %s: is rolled back by itself, verified, and the version before serves everybody again',
    async (name) => {
      const { result, load, status, url } = entry(name);
      expect(result).toMatchObject({ outcome: 'rolled-back' });
      expect(result?.reason).toMatch(scenarios[name]?.reason ?? /never/);
      expect(await (await fetch(url)).text()).toBe('0.1.0');
      for (const step of ['rollback.execute', 'rollback.verify', 'rollback.watch'])
        expect(status?.steps.find(({ id }) => id === step)).toMatchObject({ state: 'succeeded' });
      // Nothing failed but what the bad version itself answered.
      const failures = load?.failures() ?? [];
      expect(failures.filter((line) => !(name === 'errors' && line.includes('HTTP 500 0.2.0')))).toEqual([]);
      const shifts = status?.steps.filter(({ id }) => id.startsWith('production.shift')) ?? [];
      expect(shifts.filter(({ state }) => state === 'succeeded').map(({ id }) => id)).toEqual([
        'production.shift-10',
      ]);
    },
  );
});

function configuration(name: string, { staging, port }: { staging: string; port: number }) {
  const health = { path: '/health', interval: '100ms', healthyAfter: 2, within: '20s' };
  return {
    environments: {
      staging: { url: staging, health, script: { deploy: 'true', rollback: 'true' } },
      production: {
        health,
        process: {
          start: `exec '${process.execPath}' service.mjs`,
          port,
          env: { BEHAVIOUR: name },
        },
        approval: { from: ['managers'] },
        monitor: { for: '300ms', every: '100ms', maxLatencyRatio: 1000 },
      },
    },
    policies: { rehearseRollback: false },
  };
}

function rollout(name: string) {
  const window = { over: '2s', minRequests: 3 };
  const rules = [
    { name: 'error-rate', measure: 'error-rate', max: '5%', maxIncrease: '5%', failureLimit: 1, ...window },
    ...(['well', 'latency'].includes(name)
      ? // A busy machine makes a good version a few times as slow for a moment.
        [{ name: 'latency', measure: 'p95', maxRatio: 10, failureLimit: 3, over: '4s', minRequests: 3 }]
      : []),
    ...(name === 'memory' ? [{ name: 'memory', measure: 'memory', max: '300MB' }] : []),
    // It gets what others leave it of two processors, and a version that burns nothing takes a hundredth.
    ...(name === 'cpu' ? [{ name: 'cpu', measure: 'cpu', max: 0.1, over: '2s', failureLimit: 1 }] : []),
  ];
  return {
    rollout: {
      every: '250ms',
      steps: [
        // Nothing but evidence takes a bad version away, however slow the machine is.
        { weight: 10, for: scenarios[name]?.reason ? '1h' : '4s' },
        { weight: 50, for: '1s' },
        { weight: 100, for: '1s' },
      ],
    },
    metrics: {
      rules,
      ...(name === 'alert'
        ? { alertmanager: { url: alerts.url, labels: { severity: 'critical', product: '{{product}}' } } }
        : {}),
    },
  };
}
