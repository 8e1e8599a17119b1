import { readFileSync, writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult, RunStatus } from '../../src/domain/run/status.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { freePorts } from '../support/free-ports.ts';
import { healthyService } from './support/healthy-service.ts';
import type { Load } from './support/load.ts';
import { bothServed, startLoad } from './support/load.ts';
import type { Orders } from './support/orders.ts';
import { startOrders } from './support/orders.ts';
import { createTinyProduct } from './support/product.ts';
import type { TinyProduct } from './support/product.ts';
import { gateOf, patiently, resultOf } from './support/patiently.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import { runOf, startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import { seedVersion } from './support/seed.ts';
import { versionProcesses } from './support/version-processes.ts';
import { inSweep } from './support/sweep.ts';
import { createWorld } from './support/world.ts';

/** What a commit does when it is started stands in its file `behaviour`. */
const service = `
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const [, file, ...child] = process.argv;
const behaviour = readFileSync('behaviour', 'utf8').trim();
const [port, version] = child.length > 0 ? child : [process.env.PORT, process.env.SLUICE_VERSION];
let count = 0;
function serve(on) {
  createServer((request, response) => {
    request.resume();
    if (request.url === '/health') return response.end('ok');
    count += 1;
    if (behaviour === 'dies' && count === 6) process.exit(7);
    response.statusCode = behaviour === 'stays' ? 500 : 200;
    setTimeout(() => response.end(version), behaviour === 'dies' ? 60 : 0);
  }).listen(on, '127.0.0.1');
}
/** In a session of its own: it keeps the port when its parent is gone. */
function leave(env) {
  const options = { detached: true, stdio: 'ignore', ...(env ? { env } : {}) };
  spawn(process.execPath, [file, port, version], options).unref();
}
if (child.length > 0) serve(port);
else if (behaviour === 'crashes') { console.error('no such module: tea'); process.exit(3); }
else if (behaviour === 'hangs') setInterval(() => undefined, 1_000);
else if (behaviour === 'wrong-port') serve(0);
else if (behaviour === 'leaks') { leave(); setInterval(() => undefined, 1_000); }
else if (behaviour === 'hides') { leave({}); setInterval(() => undefined, 1_000); }
else if (behaviour === 'goes-away') leave({});
else {
  if (behaviour === 'stays') process.on('SIGTERM', () => undefined);
  serve(port);
}
`;

interface Scenario {
  readonly flow: 'release' | 'blueGreen';
  readonly behaviour: string;
  /** What the result says, or for blue/green the question before it. */
  readonly says: RegExp;
  /** A person takes it back while it has 10 %, or as green: it does its work well. */
  readonly takenBack?: true;
  /** The test ends it when it has 100 %. */
  readonly killed?: true;
  /** A good version is released after it. */
  readonly again?: true;
  /** Only `npm run test:faults` has time for it: another one shows nearly the same. */
  readonly swept?: true;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'crashes at once': {
    flow: 'release',
    behaviour: 'crashes',
    says: /0\.2\.0 did not start: it ended with code 3 before it answered/,
  },
  'hangs at start': {
    flow: 'release',
    behaviour: 'hangs',
    says: /did not start: it did not listen on \$PORT \(\d+\) within 5s/,
  },
  'binds the wrong port': {
    flow: 'release',
    behaviour: 'wrong-port',
    swept: true,
    says: /it listens on port \d+ and not on \$PORT \(\d+\)/,
  },
  'leaves a child behind that has its port': {
    flow: 'release',
    behaviour: 'leaks',
    says: /bob/,
    takenBack: true,
  },
  'leaves one behind that nothing marks as its own': {
    flow: 'release',
    behaviour: 'hides',
    says: /bob/,
    takenBack: true,
    again: true,
  },
  'ends, and leaves one behind that nothing marks': {
    flow: 'release',
    behaviour: 'goes-away',
    swept: true,
    says: /did not start: it ended with code 0 before it answered/,
    again: true,
  },
  'crashes at 10 %': {
    flow: 'release',
    behaviour: 'dies',
    // An order that was lost counts for much among few requests.
    says: /at 10 %: (error-rate: .* over 5 %|4 health checks in a row failed.*connection refused)/,
  },
  'crashes when it has all of the traffic': {
    flow: 'release',
    behaviour: 'well',
    says: /at 100 %: (error-rate: .* over 5 %|4 health checks in a row failed.*connection refused)/,
    killed: true,
  },
  'does not stop when it is asked to': {
    flow: 'release',
    behaviour: 'stays',
    says: /at 10 %: error-rate: .* over 5 %/,
  },
  'as green: hangs at start': {
    flow: 'blueGreen',
    behaviour: 'hangs',
    swept: true,
    says: /did not listen on \$PORT/,
  },
  'as green: binds the wrong port': { flow: 'blueGreen', behaviour: 'wrong-port', says: /and not on \$PORT/ },
  'as green: leaves a child behind that has its port': {
    flow: 'blueGreen',
    behaviour: 'hides',
    says: /leave a child behind/,
    takenBack: true,
    again: true,
  },
};
const titles = Object.keys(scenarios).filter((title) => inSweep || !scenarios[title]?.swept);
const scenario = (title: string): Scenario => scenarios[title] ?? expect.unreachable(title);

interface Entry {
  readonly load: Load;
  readonly orders: Orders;
  readonly result: RunResult;
  readonly status: RunStatus;
  readonly failed: readonly string[];
  /** The processes of its versions: before the bad one came, once it was gone, and in the end. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly last: readonly number[];
  readonly served: string;
}

const world = createWorld('bad-versions');
const entries = new Map<string, PromiseSettledResult<Entry>>();
/** What came of one; throws what its way failed with, so that one that is stuck doesn't hide the others. */
function entry(title: string): Entry {
  const settled = entries.get(title) ?? expect.unreachable(title);
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
let client: Client;

beforeAll(async () => {
  const staging = await healthyService(world);
  const ports = await freePorts(titles.length);
  const products = titles.map((title, index) => {
    const port = ports[index] ?? 0;
    const tiny = createTinyProduct({
      directory: world.root,
      name: `p${index}`,
      files: { 'service.mjs': service, behaviour: 'well', 'requirements.md': 'It serves.' },
      configure: () => configuration({ staging, port }),
    });
    return { title, tiny, url: `http://127.0.0.1:${port}` };
  });
  const { address } = await world.server();
  client = await world.client(address);
  await world.worker(['worker', address, world.data, ...products.map(({ tiny }) => tiny.config)]);
  const settled = await Promise.allSettled(products.map(goThrough));
  for (const [index, title] of titles.entries())
    entries.set(title, settled[index] ?? expect.unreachable(title));
}, 600_000);
afterAll(() => world.end());

async function goThrough({
  title,
  tiny,
  url,
}: {
  title: string;
  tiny: TinyProduct;
  url: string;
}): Promise<Entry> {
  const { flow, behaviour, again } = scenario(title);
  await seedVersion(world, tiny, '0.1.0');
  // The first version had nobody to share the traffic with, and no users to be judged by.
  const config = JSON.parse(readFileSync(tiny.config, 'utf8')) as object;
  writeFileSync(tiny.config, JSON.stringify({ ...config, ...rollout(scenario(title)) }));
  const [load, orders] = [startLoad(url, 1, 60), startOrders(url)];
  world.onEnd(() => Promise.all([load.stop(), orders.stop()]));
  const before = versionProcesses(world, tiny.name);
  tiny.commit('feat: more of it', { behaviour });
  const run = flow === 'release' ? await releaseBadly(title, tiny, before) : await besideBlue(title, tiny);
  const result = await resultOf(run);
  // Before the next run of the same name.
  const [status, failed] = [await run.status(), await failedTasks(run)];
  const after = versionProcesses(world, tiny.name);
  const served = await (await fetch(url)).text();
  // Of the next version, which is a good one.
  if (again) {
    tiny.commit('fix: well again\n\nfixes #1', { behaviour: 'well' });
    expect(await releaseWell(tiny, '0.2.0')).toMatchObject({ outcome: 'succeeded' });
    await bothServed(load);
  }
  await Promise.all([load.stop(), orders.stop()]);
  const last = versionProcesses(world, tiny.name);
  return { load, orders, result, status, failed, before, after, last, served };
}

async function releaseWell({ name }: TinyProduct, version: string): Promise<RunResult> {
  return resultOf(await approved(name, version));
}

async function approved(name: string, version: string): Promise<TestRun> {
  const run = await startRelease(client, name, version);
  await gateOf(run, 'production');
  expect(await run.decide('approve', { by: 'alice' })).toMatchObject({ accepted: true });
  return run;
}

async function releaseBadly(
  title: string,
  { name }: TinyProduct,
  before: readonly number[],
): Promise<TestRun> {
  const run = await approved(name, '0.2.0');
  if (scenario(title).takenBack) {
    await patiently(run, 'have 10 %', ({ rollout: seen }) => seen?.weights['0.2.0'] === 10);
    expect(await run.decide('rollback', { by: 'bob' })).toMatchObject({ accepted: true });
  }
  if (scenario(title).killed) {
    await patiently(run, 'have 100 %', ({ rollout: seen }) => seen?.weights['0.2.0'] === 100);
    const [pid = 0] = versionProcesses(world, name).filter((each) => !before.includes(each));
    process.kill(pid, 'SIGKILL');
  }
  return run;
}

/** Nobody mends it: what keeps green from working is a question at once. */
async function besideBlue(title: string, { name }: TinyProduct): Promise<TestRun> {
  const handle = await client.workflow.start('blueGreen', {
    args: [{ product: name, by: 'carol' }],
    taskQueue,
    workflowId: `blue-green/${name}/bad`,
  });
  const run = runOf(handle);
  const say = async (...said: Parameters<TestRun['decide']>): Promise<void> =>
    expect(await run.decide(...said)).toMatchObject({ accepted: true });
  const { digest = '' } = await gateOf(run, 'green');
  await say('approve', { by: 'alice', gate: 'green', digest });
  if (scenario(title).takenBack) {
    await gateOf(run, 'production');
    await say('reject', { by: 'bob', gate: 'production', comment: 'it may leave a child behind' });
    return run;
  }
  const question = await gateOf(run, 'fix-loop');
  expect(`${question.statement} ${question.details}`).toMatch(scenario(title).says);
  await say('answer', { by: 'alice', gate: 'fix-loop', choice: 'return-to-development' });
  return run;
}

describe('a version that is bad', () => {
  it.each(titles.filter((title) => scenario(title).flow === 'release'))(
    '[SI-10] [BY-5] %s: is taken back and says why, and the version before serves everybody',
    (title) => {
      const { result, served, failed, status } = entry(title);
      expect(result).toMatchObject({ outcome: 'rolled-back' });
      expect(result.reason).toMatch(scenario(title).says);
      expect(status.steps.find(({ id }) => id === 'rollback.verify')).toMatchObject({ state: 'succeeded' });
      expect(served).toBe('0.1.0');
      expect(failed).toEqual([]);
    },
  );

  it.each(titles.filter((title) => scenario(title).flow === 'blueGreen'))(
    '[BG-9] %s: green is stopped and says why, and blue serves everybody',
    (title) => {
      const { takenBack, says } = scenario(title);
      const { result, served, failed } = entry(title);
      expect(result).toMatchObject({ outcome: takenBack ? 'rejected' : 'returned-to-development' });
      if (takenBack) expect(result.reason).toMatch(says);
      expect(served).toBe('0.1.0');
      expect(failed).toEqual([]);
    },
  );

  it.each(titles)('%s: leaves no process behind, and the version before was never touched', (title) => {
    const { before, after } = entry(title);
    expect(before).not.toEqual([]);
    expect(after).toEqual(before);
  });

  it.each(titles.filter((title) => scenario(title).again))(
    '%s: the next version is not hindered',
    (title) => {
      const { before, last, load } = entry(title);
      expect(load.versions().at(-1)).toBe('0.2.0');
      expect(last).toHaveLength(before.length);
      expect(last).not.toEqual(before);
    },
  );

  it.each(titles)(
    '[BG-7] %s: no request fails but what the version itself answered so, or held as it died',
    (title) => {
      const { load, orders } = entry(title);
      const { behaviour } = scenario(title);
      expect(load.served()).toBeGreaterThan(100);
      expect(orders.answered()).toBeGreaterThan(10);
      const { killed } = scenario(title);
      // Nobody else takes traffic beside a version that has all of it: until it is taken back, nobody can be asked instead.
      const own = (line: string) =>
        (behaviour === 'stays' && line.includes('HTTP 500 0.2.0')) ||
        (killed === true && /HTTP 502 Version 0\.2\.0 did not answer/.test(line));
      expect(load.failures().filter((line) => !own(line))).toEqual([]);
      const lost = orders.failures().filter((line) => !own(line));
      // An order may have been carried out before the crash: its user is told, and it is not sent twice.
      for (const line of lost)
        expect(line).toMatch(/^HTTP 502 Version 0\.2\.0 did not answer \(ECONNRESET\)/);
      expect(lost.length).toBeLessThanOrEqual(behaviour === 'dies' ? 1 : 0);
    },
  );
});

function configuration({ staging, port }: { staging: string; port: number }) {
  const health = { path: '/health', interval: '100ms', healthyAfter: 2, within: '10s' };
  const approves = `echo '{"status":"done","summary":"fine","verdict":"approve"}'`;
  return {
    checks: { unit: 'true' },
    environments: {
      staging: { url: staging, health, script: { deploy: 'true', rollback: 'true' } },
      production: {
        health,
        process: { start: `exec '${process.execPath}' service.mjs`, port, startWithin: '5s', drain: '2s' },
        approval: { from: ['managers'] },
        monitor: { for: '300ms', every: '100ms', maxLatencyRatio: 1_000 },
      },
    },
    agents: { driver: { person: ['managers'] }, trio: { one: { command: approves } } },
    blueGreen: {
      requirements: 'requirements.md',
      rollbackPlan: 'Green is stopped, blue serves on.',
      infrastructure: ['package.json'],
    },
    policies: { rehearseRollback: false },
  };
}

const rollout = ({ killed }: Scenario) => ({
  rollout: {
    every: '250ms',
    steps: [
      { weight: 10, for: '4s' },
      { weight: 100, for: killed ? '5m' : '1s' },
    ],
  },
  metrics: {
    rules: [
      { name: 'error-rate', measure: 'error-rate', max: '5%', failureLimit: 1, over: '2s', minRequests: 3 },
    ],
  },
});
