import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunResult } from '../../src/domain/status.ts';
import { freePorts } from '../support/free-ports.ts';
import { healthyService } from './support/healthy-service.ts';
import type { Load } from './support/load.ts';
import { startLoad } from './support/load.ts';
import { createTinyProduct } from './support/product.ts';
import type { TinyProduct } from './support/product.ts';
import { approve, failedTasks, startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import { createWorld } from './support/world.ts';

/** Versions that are processes behind the router: users go on being served while the worker that replaces a version is killed. */
interface Scenario {
  readonly at: string;
  /** Held in the second release, with the worker killed meanwhile. */
  readonly held: string;
  readonly rollsBack?: boolean;
  /** A request of the old version's is still open when it is to be retired. */
  readonly slowRequest?: boolean;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  install: { at: 'while the new version is being installed', held: 'install.0.2.0' },
  start: { at: 'while the new version starts', held: 'start.0.2.0' },
  drain: { at: 'while the old version is drained', held: 'slow', slowRequest: true },
  rollback: { at: 'while a rollback stops the new version', held: 'stop.0.2.0', rollsBack: true },
};
const names = Object.keys(scenarios);

const service = (home: string): string => `
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
const version = process.env.SLUICE_VERSION;
const say = (line) => appendFileSync('${home}/effects.log', line + '\\n');
const held = async (name) => { while (existsSync('${home}/hold/' + name)) await sleep(50); };
const server = createServer(async (request, response) => {
  if (request.url === '/slow') { say('begin slow'); await held('slow'); }
  response.end(version);
}).listen(process.env.PORT, '127.0.0.1');
process.once('SIGTERM', async () => {
  process.on('SIGTERM', () => {});
  say('begin stop.' + version);
  await held('stop.' + version);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

const world = createWorld('deployments');
const products = new Map<
  string,
  {
    tiny: TinyProduct;
    url: string;
    load: Load;
    second?: TestRun;
    result?: RunResult;
    failed?: readonly string[];
    slow?: Promise<string>;
  }
>();
const product = (name: string) => products.get(name) ?? expect.unreachable(name);
const scenario = (name: string): Scenario => scenarios[name] ?? expect.unreachable(name);
let client: Client;

beforeAll(async () => {
  const staging = await healthyService(world);
  const ports = await freePorts(names.length);
  for (const [index, name] of names.entries()) {
    const port = ports[index] ?? 0;
    const tiny = createTinyProduct({
      directory: world.root,
      name,
      files: { 'service.mjs': service(world.within(name)) },
      configure: (one) => configuration(one, { staging, port }, scenario(name)),
    });
    products.set(name, {
      tiny,
      url: `http://127.0.0.1:${port}`,
      load: { served: () => 0, failures: () => [], versions: () => [], stop: () => Promise.resolve() },
    });
  }
  const { address } = await world.server();
  client = await world.client(address);
  const startWorker = () =>
    world.worker(['worker', address, world.data, ...[...products.values()].map(({ tiny }) => tiny.config)]);
  const worker = await startWorker();

  await Promise.all(names.map(releaseFirst));
  await Promise.all(names.map(reachItsPlace));
  await worker.kill();
  const served = names.map((name) => product(name).load.served());
  await startWorker();
  // Users were served while nobody was there to look after their service.
  for (const [index, name] of names.entries())
    expect(product(name).load.served(), name).toBeGreaterThan((served[index] ?? 0) + 20);
  await Promise.all(names.map(finish));
}, 300_000);
afterAll(() => world.end());

async function releaseFirst(name: string): Promise<void> {
  const first = await startRelease(client, name, '0.1.0');
  await approve(first, 'alice', 120_000);
  expect(await first.result()).toMatchObject({ outcome: 'succeeded' });
  const { tiny, url } = product(name);
  const load = startLoad(url);
  product(name).load = load;
  world.onEnd(() => load.stop());
  tiny.commit('feat: more of it');
}

async function reachItsPlace(name: string): Promise<void> {
  const { held, slowRequest } = scenario(name);
  const entry = product(name);
  entry.tiny.hold(held);
  if (slowRequest) {
    entry.slow = fetch(`${entry.url}/slow`).then((response) => response.text());
    await entry.tiny.begun('slow');
  }
  entry.second = await startRelease(client, name, '0.2.0');
  await approve(entry.second, 'bob', 120_000);
  if (slowRequest)
    await entry.second.until(
      'retire the old version',
      ({ steps }) => steps.some((step) => step.id === 'finalize.retire' && step.state === 'running'),
      120_000,
    );
  else await entry.tiny.begun(held);
}

async function finish(name: string): Promise<void> {
  const entry = product(name);
  const second = entry.second ?? expect.unreachable();
  await second.until('answer', () => true);
  entry.tiny.letGo(scenario(name).held);
  entry.result = await second.result();
  entry.failed = await failedTasks(second);
  const then = entry.load.served();
  await vi.waitFor(() => expect(entry.load.served()).toBeGreaterThan(then + 10), { timeout: 10_000 });
  await entry.load.stop();
}

describe('a worker that is killed while it replaces a running version', () => {
  it.each(names.map((name) => [scenario(name).at, name] as const))(
    '[PL-1] killed %s, everything happened once and no request failed',
    (_, name) => {
      const { tiny, load, result, failed } = product(name);
      const { rollsBack } = scenario(name);
      expect(load.failures()).toEqual([]);
      expect(load.versions()).toEqual(['0.1.0', '0.2.0']);
      expect(result?.outcome).toBe(rollsBack ? 'rolled-back' : 'succeeded');
      expect(tiny.happened().filter((line) => /^begin (install|start|stop)/.test(line))).toEqual([
        'begin install.0.1.0',
        'begin start.0.1.0',
        'begin install.0.2.0',
        'begin start.0.2.0',
        `begin stop.${rollsBack ? '0.2.0' : '0.1.0'}`,
      ]);
      expect(failed).toEqual([]);
    },
  );

  it('[PL-1] the open request of the old version was answered by it', async () => {
    expect(await product('drain').slow).toBe('0.1.0');
  });

  it('[PL-1] [RW-15] after the rollback the old version serves', async () => {
    expect(await (await fetch(product('rollback').url)).text()).toBe('0.1.0');
  });
});

function configuration(
  tiny: TinyProduct,
  { staging, port }: { staging: string; port: number },
  { rollsBack }: Scenario,
) {
  const health = { interval: '100ms', healthyAfter: 2, within: '20s' };
  return {
    environments: {
      staging: { url: staging, health, script: { deploy: 'true', rollback: 'true' } },
      production: {
        health,
        process: {
          install: tiny.command('install.$SLUICE_VERSION'),
          start: `${tiny.command('start.$SLUICE_VERSION')} && exec '${process.execPath}' service.mjs`,
          port,
          drain: '30s',
        },
        ...(rollsBack ? { smoke: '[ "$SLUICE_VERSION" = 0.1.0 ]' } : {}),
        approval: { from: ['managers'] },
        monitor: { for: '300ms', every: '100ms', maxLatencyRatio: 1000 },
      },
    },
  };
}
