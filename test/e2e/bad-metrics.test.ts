import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/client/index.ts';
import type { Sluice } from '../../src/client/index.ts';
import { freePorts } from '../support/free-ports.ts';
import { startHaproxy } from '../support/haproxy.ts';
import { healthyService } from './support/healthy-service.ts';
import type { Load } from './support/load.ts';
import { startLoad } from './support/load.ts';
import type { Answer, MetricsServer } from './support/metrics-server.ts';
import { answers, startMetricsServer, well } from './support/metrics-server.ts';
import { gateOf, patiently, resultOf } from './support/patiently.ts';
import { createTinyProduct } from './support/product.ts';
import { startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import { seedVersion } from './support/seed.ts';
import { startFileRouter, startSlots } from './support/slots.ts';
import { createWorld } from './support/world.ts';

const service = `
import { createServer } from 'node:http';
createServer((request, response) => response.end(process.env.SLUICE_VERSION)).listen(process.env.PORT, '127.0.0.1');
`;
const world = createWorld('bad-metrics');
let client: Client;
let sluice: Sluice;
let staging = '';
const configs: string[] = [];

/** A version on its way to 10 % and on, its users, and the metrics that it is judged by. */
interface Rollout {
  readonly run: TestRun;
  readonly load: Load;
  readonly metrics: MetricsServer;
}
interface Product {
  readonly metrics: MetricsServer;
  readonly start: () => Promise<Rollout>;
}

const health = { path: '/health', interval: '100ms', healthyAfter: 2, within: '10s' };

/** A product whose first version still has to be released. */
async function createProduct(
  name: string,
  production: { readonly url: string; readonly environment: object },
  { steps, rule = {}, askAfter = '30m' }: { steps: readonly object[]; rule?: object; askAfter?: string },
): Promise<Product> {
  const metrics = await startMetricsServer();
  world.onEnd(() => metrics.leave());
  const base = {
    environments: {
      staging: { url: staging, health, script: { deploy: 'true', rollback: 'true' } },
      production: {
        health,
        approval: { from: ['managers'] },
        monitor: { for: '300ms', every: '100ms', maxLatencyRatio: 1_000 },
        ...production.environment,
      },
    },
    policies: { rehearseRollback: false },
  };
  const tiny = createTinyProduct({
    directory: world.root,
    name,
    files: { 'service.mjs': service },
    configure: () => base,
  });
  configs.push(tiny.config);
  return {
    metrics,
    async start() {
      await seedVersion(world, tiny, '0.1.0');
      const load = startLoad(production.url, 1, 60);
      world.onEnd(() => load.stop());
      tiny.commit('feat: more of it');
      const query = 'sum(errors{version="{{version}}"})';
      writeFileSync(
        tiny.config,
        JSON.stringify({
          ...(JSON.parse(readFileSync(tiny.config, 'utf8')) as object),
          rollout: { every: '150ms', askAfter, steps },
          metrics: {
            prometheus: { url: metrics.url, timeout: '300ms' },
            rules: [{ name: 'errors', query, max: '5%', consecutiveErrorLimit: 2, ...rule }],
          },
        }),
      );
      return { run: await approved(name, '0.2.0'), load, metrics };
    },
  };
}

async function approved(name: string, version: string): Promise<TestRun> {
  const run = await startRelease(client, name, version);
  await gateOf(run, 'production');
  expect(await run.decide('approve', { by: 'alice' })).toMatchObject({ accepted: true });
  return run;
}

const weightOf = (run: TestRun, weight: number) =>
  patiently(run, `have ${weight} %`, ({ rollout }) => rollout?.weights['0.2.0'] === weight);
const say = async (run: TestRun, gate: string, choice: string): Promise<void> =>
  expect(await run.decide('answer', { by: 'bob', gate, choice })).toMatchObject({ accepted: true });

/** Goes on for as long as it takes that its users are seen to be served by a version. */
async function servedBy(load: Load, version: string): Promise<void> {
  await vi.waitFor(() => expect(load.versions()).toContain(version), { timeout: 30_000 });
  await load.stop();
}

/** The real router of processes. */
async function asProcesses() {
  const [port = 0] = await freePorts(1);
  const start = `exec '${process.execPath}' service.mjs`;
  return { url: `http://127.0.0.1:${port}`, environment: { process: { start, port, drain: '2s' } } };
}

async function behindFileRouter(name: string) {
  const slots = await startSlots(world, name);
  const { script, url, shown } = await startFileRouter(world, slots);
  return { url, shown, environment: inSlots(url, slots, { script }) };
}

async function behindHaproxy(name: string) {
  const slots = await startSlots(world, name);
  const haproxy = await startHaproxy(slots);
  world.onEnd(() => haproxy.close());
  const { socket, url } = haproxy;
  const servers = { blue: 'blue', green: 'green' };
  return {
    url,
    haproxy,
    environment: inSlots(url, slots, { haproxy: { socket, backend: 'shop', servers, timeout: '2s' } }),
  };
}

const inSlots = (
  url: string,
  { deploy, rollback, blue, green }: Awaited<ReturnType<typeof startSlots>>,
  router: object,
) => ({
  url,
  script: { deploy, rollback },
  slots: { blue: { url: blue }, green: { url: green } },
  router: { ...router, drain: '1s' },
});

const short = [
  { weight: 10, for: '1s' },
  { weight: 100, for: '500ms' },
];
/** At 10 % it waits for a person, so that something can happen there. */
const waiting = [
  { weight: 10, for: '200ms', confirm: true },
  { weight: 50, for: '500ms' },
  { weight: 100, for: '500ms' },
];

/** What the metrics server does, and what people read of it. */
const bad: Readonly<Record<string, { readonly how: Answer | 'gone'; readonly says: RegExp }>> = {
  hangs: { how: answers.hangs, says: /errors error: .*no answer within 300ms/ },
  'answers 500': { how: answers['HTTP 500'], says: /errors error: .*HTTP 500/ },
  'answers garbage': { how: answers.garbage, says: /errors error: .*the answer is not JSON/ },
  'finds nothing': { how: answers.nothing, says: /errors no-data: the query finds no series/ },
  'says NaN': { how: answers.NaN, says: /errors no-data: .*NaN/ },
  'gives several series': {
    how: answers['several series'],
    says: /errors error: .*gives 2 series: aggregate/,
  },
  'gives a string': { how: answers['a string'], says: /errors error: .*gives a string/ },
  'refuses the query': { how: answers['a PromQL error'], says: /errors error: .*bad_data: .*unclosed left/ },
  'lives in the past': { how: answers['yesterday’s sample'], says: /errors error: .*clock is .*behind ours/ },
  'lives in the future': {
    how: answers['tomorrow’s sample'],
    says: /errors error: .*clock is .*ahead of ours/,
  },
  'is gone': { how: 'gone', says: /errors error: .*connection refused/ },
};

const products = {} as Record<'holds' | 'asks' | 'nobody', Product>;
let lying: Awaited<ReturnType<typeof behindFileRouter>> & { readonly product: Product };
type Balanced = Awaited<ReturnType<typeof behindHaproxy>> & { readonly product: Product };
let restarted: Balanced;
let goingBack: Balanced;

beforeAll(async () => {
  staging = await healthyService(world);
  products.holds = await createProduct('holds', await asProcesses(), { steps: short });
  products.asks = await createProduct('asks', await asProcesses(), {
    steps: [
      { weight: 10, for: '1s' },
      { weight: 50, for: '10m' },
      { weight: 100, for: '500ms' },
    ],
    rule: { onError: 'ask', onNoData: 'ask' },
  });
  products.nobody = await createProduct('nobody', await asProcesses(), { steps: short, askAfter: '1s' });
  const file = await behindFileRouter('lying');
  lying = { ...file, product: await createProduct('lying', file, { steps: waiting }) };
  const [one, two] = [await behindHaproxy('restarted'), await behindHaproxy('back')];
  restarted = { ...one, product: await createProduct('restarted', one, { steps: waiting }) };
  goingBack = { ...two, product: await createProduct('back', two, { steps: waiting }) };
  const { address } = await world.server();
  client = await world.client(address);
  sluice = await connect({ address });
  world.onEnd(() => sluice.close());
  await world.worker(['worker', address, world.data, ...configs]);
}, 120_000);
afterAll(() => world.end());

// At the same time: each waits for something most of the time.
describe.concurrent('a rollout whose', () => {
  it(`[BY-4] metrics server ${Object.keys(bad).join(', ')} holds all the while, says why, and goes on once it is well`, async () => {
    const { metrics, start } = products.holds;
    metrics.answer(answers.hangs);
    const { run, load } = await start();
    await weightOf(run, 10);
    for (const [title, { how, says }] of Object.entries(bad)) {
      if (how === 'gone') await metrics.leave();
      else metrics.answer(how);
      await vi.waitFor(
        async () => {
          const { rollout, gates, outcome, reason } = await sluice.status(run.handle.workflowId);
          const last = rollout?.samples.at(-1) ?? '';
          expect({ last, outcome }, `${title}: ${reason}`).toMatchObject({
            last: expect.stringMatching(says) as string,
            outcome: undefined,
          });
          expect(last).toContain('→ hold');
          expect(rollout?.weights).toEqual({ '0.1.0': 90, '0.2.0': 10 });
          expect(gates).toEqual([]);
        },
        { timeout: 30_000, interval: 250 },
      );
    }
    metrics.answer(well);
    await metrics.comeBack();
    expect(await resultOf(run)).toMatchObject({ outcome: 'succeeded' });
    await servedBy(load, '0.2.0');
    expect(load.failures()).toEqual([]);
  }, 240_000);

  it('[BY-4] rule says ask: people are asked what nobody can see; it goes on by itself once it can be seen, and on a person’s word, which is kept', async () => {
    const { metrics, start } = products.asks;
    metrics.answer(answers['a PromQL error']);
    const { run, load } = await start();
    const first = await gateOf(run, 'rollout:10');
    expect(first.statement).toMatch(
      /takes 10 % and can't be judged: nothing can be seen: errors: .*bad_data/,
    );
    expect((await run.status()).rollout?.weights['0.2.0']).toBe(10);
    metrics.answer(well);
    const { gates } = await weightOf(run, 50);
    expect(gates.filter(({ id }) => id === 'rollout:10')).toEqual([]);
    metrics.answer(answers.nothing);
    const second = await gateOf(run, 'rollout:50');
    expect(second.statement).toContain('the query finds no series');
    await say(run, 'rollout:50', 'promote');
    await weightOf(run, 100);
    metrics.answer(well);
    expect(await resultOf(run)).toMatchObject({ outcome: 'succeeded' });
    const { concerns, steps } = await run.status();
    expect(concerns.join()).toContain('50 % was not seen by Sluice, and answered for by bob');
    expect(steps.find(({ id }) => id === 'production.watch-50')?.summary).toContain('answered for by bob');
    await servedBy(load, '0.2.0');
    expect(load.failures()).toEqual([]);
  }, 240_000);

  it('[BY-4] metrics server is gone for longer than askAfter: people are asked, and only their word takes it back', async () => {
    const { metrics, start } = products.nobody;
    await metrics.leave();
    const { run, load } = await start();
    const { statement } = await gateOf(run, 'rollout:10');
    expect(statement).toMatch(/takes 10 % and can't be judged: errors: .*connection refused/);
    await say(run, 'rollout:10', 'rollback');
    const result = await resultOf(run);
    expect(result).toMatchObject({ outcome: 'rolled-back' });
    expect(result.reason).toMatch(/at 10 %: .*bob/);
    await servedBy(load, '0.1.0');
    expect(load.failures()).toEqual([]);
  }, 240_000);

  it('[SI-5] router takes a weight and shows another one: it is a question; mended, retry goes on, and nobody noticed', async () => {
    const { shown, product } = lying;
    const { run, load } = await product.start();
    await gateOf(run, 'rollout:10');
    // What is true now, and stays so whatever it is told.
    writeFileSync(shown, JSON.stringify({ blue: 90, green: 10 }));
    await say(run, 'rollout:10', 'promote');
    const question = await gateOf(run, 'failed:production.shift-50');
    expect(question.statement).toMatch(
      /does not give the new version 50 %: the router has other weights than it was given: wanted .*found .*90/,
    );
    const { rollout } = await run.status();
    expect(rollout?.weights).toEqual({ '0.1.0': 90, '0.2.0': 10 });
    rmSync(shown);
    await say(run, 'failed:production.shift-50', 'retry');
    expect(await resultOf(run)).toMatchObject({ outcome: 'succeeded' });
    await servedBy(load, '0.2.0');
    expect(load.failures()).toEqual([]);
  }, 240_000);

  it('[SI-5] [BY-4] HAProxy is killed in the middle: it holds; started again with the weights of its file, it gets those of the rollout, which goes on', async () => {
    const { haproxy, product } = restarted;
    const { run, load } = await product.start();
    await gateOf(run, 'rollout:10');
    expect(load.failures()).toEqual([]);
    await haproxy.kill();
    await say(run, 'rollout:10', 'promote');
    const samples = async () => (await run.status()).rollout?.samples.join('\n');
    await expect.poll(samples, { timeout: 60_000 }).toMatch(/traffic error: .*can't be asked.* → hold/);
    expect((await run.status()).rollout?.weights['0.2.0']).toBe(10);
    await haproxy.restart();
    await weightOf(run, 100);
    const whileGone = load.failures().length;
    expect(await resultOf(run)).toMatchObject({ outcome: 'succeeded' });
    await servedBy(load, '0.2.0');
    expect(load.failures()).toHaveLength(whileGone);
  }, 240_000);

  it('[SI-11] HAProxy is gone while it is taken back: the rollback asks, and goes on once there is a router', async () => {
    const { haproxy, product } = goingBack;
    const { run, load } = await product.start();
    await gateOf(run, 'rollout:10');
    await haproxy.kill();
    await say(run, 'rollout:10', 'rollback');
    const question = await gateOf(run, 'failed:rollback.execute');
    expect(question.statement).toContain("can't be asked");
    await haproxy.restart();
    await say(run, 'failed:rollback.execute', 'retry');
    const result = await resultOf(run);
    expect(result).toMatchObject({ outcome: 'rolled-back' });
    expect(result.reason).toMatch(/at 10 %: .*bob/);
    expect(await (await fetch(haproxy.url)).text()).toBe('0.1.0');
    await load.stop();
  }, 240_000);
});
