import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunResult, RunStatus } from '../../src/domain/run/status.ts';
import { flows } from '../../src/domain/flows/registry.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { freeLowPorts } from '../support/free-ports.ts';
import { healthyService } from './support/healthy-service.ts';
import { heldService } from './support/held-service.ts';
import type { Held } from './support/kill-rounds.ts';
import { killInRounds } from './support/kill-rounds.ts';
import { startedBelow } from './support/leftovers.ts';
import { startLoad } from './support/load.ts';
import { createTinyProduct } from './support/product.ts';
import type { TinyProduct } from './support/product.ts';
import { approve, failedTasks, runOf, startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import { servingVersion } from './support/serving.ts';
import { startFileRouter, startSlots } from './support/slots.ts';
import type { Stop } from './support/stops.ts';
import {
  command,
  documentsOf,
  ending,
  fetching,
  gate,
  issueFiles,
  locked,
  passing,
  paused,
  taskAfter,
  undocumented,
  unhealthy,
  watched,
} from './support/stops.ts';
import { createWorld } from './support/world.ts';

/**
 * Many products side by side. Three times all of them reach a place, each another step, and one SIGKILL hits them all; the next worker
 * goes on. Users are there from the first version to the end.
 */
interface Scenario {
  /** The last stop of each round is where the worker is killed. */
  readonly rounds: readonly [readonly Stop[], ...(readonly Stop[])[]];
  /** A rollback by itself, because of a bad version, or one that people ask for. */
  readonly back?: 'bad' | 'asked';
  /** Its database is restored from the backup. */
  readonly restores?: boolean;
  /** Versions are put into slots by commands, and a router of the user's own is told the weights by one. */
  readonly ownRouter?: boolean;
  /** A request of the old version's is open when it is to end. */
  readonly slowRequest?: boolean;
}

/** At 10 % the version turns bad, which is what it is rolled back for. */
const turnsBad: Stop = {
  ...watched(10),
  letGo: ({ tiny }) => {
    tiny.hold('health.direct.0.2.0');
  },
};

/** At 10 % people take it back. */
const taken: Stop = {
  ...watched(10),
  letGo: async ({ run }) => {
    expect(await run().decide('rollback', { by: 'alice', comment: 'no tea' })).toMatchObject({
      accepted: true,
    });
  },
};

const scenarios: Readonly<Record<string, Scenario>> = {
  install: {
    rounds: [
      [command('production.deploy', 'install.0.2.0')],
      [unhealthy('production.verify', 'direct', '0.2.0'), locked('production.shift-10')],
      [watched(100), locked('production.activate')],
    ],
  },
  start: {
    rounds: [
      [command('production.deploy', 'start.0.2.0')],
      [watched(10)],
      [unhealthy('production.health', 'public', '0.2.0')],
    ],
  },
  migrate: {
    rounds: [
      [command('production.migrate', 'migrate.0.2.0')],
      [watched(10), locked('production.shift-50')],
      [command('production.smoke', 'smoke.0.2.0')],
    ],
  },
  verify: {
    rounds: [
      [unhealthy('production.verify', 'direct', '0.2.0')],
      [gate('production.watch-50', 'rollout:50', 'promote')],
      [command('production.smoke', 'smoke.0.2.0'), passing('production.monitor')],
    ],
  },
  backup: {
    rounds: [
      [command('production.backup', 'backup.0.2.0')],
      [watched(50), locked('production.shift-100')],
      [command('finalize.merge', 'pre-receive.main'), locked('finalize.retire')],
    ],
  },
  approval: {
    rounds: [
      [gate('approval.production', 'production')],
      [paused(100)],
      [command('finalize.merge', 'pre-receive.main'), ending('finalize.retire', '0.1.0')],
    ],
  },
  drain: {
    rounds: [
      [locked('production.deploy')],
      [command('finalize.merge', 'pre-receive.main')],
      [passing('finalize.retire')],
    ],
    slowRequest: true,
  },
  routed: {
    rounds: [
      [command('production.shift-10', 'set.blue90green10')],
      [command('production.shift-50', 'set.blue50green50')],
      [command('production.shift-100', 'set.blue0green100')],
    ],
    ownRouter: true,
  },
  'routed-back': {
    rounds: [
      [
        command('production.deploy', 'deploy.0.2.0'),
        taken,
        command('rollback.execute', 'set.blue100green0', 2),
      ],
      [command('rollback.execute', 'back.0.2.0')],
    ],
    back: 'bad',
    ownRouter: true,
  },
  'back-executed': {
    rounds: [
      [turnsBad, locked('rollback.execute')],
      [ending('rollback.execute', '0.2.0')],
      [unhealthy('rollback.verify', 'public', '0.1.0')],
    ],
    back: 'bad',
  },
  'back-restored': {
    rounds: [
      [turnsBad, command('rollback.restore', 'restore.0.2.0')],
      [command('rollback.smoke', 'smoke.0.1.0', 2)],
      [passing('rollback.watch')],
    ],
    back: 'bad',
    restores: true,
  },
  'back-documented': {
    rounds: [
      [turnsBad, undocumented('rollback.document')],
      [taskAfter(0, 'rollback.issue')],
      [taskAfter(1, 'rollback.task-root-cause')],
    ],
    back: 'bad',
  },
  'back-tasks': {
    rounds: [
      [turnsBad],
      [taskAfter(2, 'rollback.task-checklist')],
      [taskAfter(3, 'rollback.task-process-review')],
    ],
    back: 'bad',
  },
  'asked-decided': {
    rounds: [
      [gate('decide.gate', 'rollback', 'rollback')],
      [command('rollback.execute', 'start.0.1.0', 2)],
      [ending('rollback.execute', '0.2.0')],
    ],
    back: 'asked',
  },
  'asked-found': {
    rounds: [
      [fetching('decide.find')],
      [gate('decide.gate', 'rollback', 'rollback'), locked('rollback.execute')],
      [unhealthy('rollback.verify', 'public', '0.1.0')],
    ],
    back: 'asked',
  },
};
const names = Object.keys(scenarios);
const scenario = (name: string): Scenario => scenarios[name] ?? expect.unreachable(name);
const of = (back: Scenario['back']) => names.filter((name) => scenario(name).back === back);

interface Entry extends Held {
  readonly url: string;
  current?: TestRun;
  slow?: Promise<string>;
  end?: { result: RunResult; status: RunStatus; failed: readonly string[] };
}

const world = createWorld('killed-rollouts');
const entries = new Map<string, Entry>();
const entry = (name: string): Entry => entries.get(name) ?? expect.unreachable(name);
const endOf = (name: string) => entry(name).end ?? expect.unreachable(`${name} has not ended`);
let client: Client;
let servedAlone: Awaited<ReturnType<typeof killInRounds>>;

beforeAll(async () => {
  const staging = await healthyService(world);
  const ports = await freeLowPorts(names.length);
  for (const [index, name] of names.entries()) {
    const port = ports[index] ?? 0;
    const own = scenario(name).ownRouter ? await ownRouter(name) : undefined;
    const tiny = createTinyProduct({
      directory: world.root,
      name,
      files: { 'service.mjs': heldService(world.within(name)) },
      configure: (one) => configuration(one, staging, own?.sections(one) ?? processOf(one, port)),
    });
    const one: Entry = {
      tiny,
      url: own?.url ?? `http://127.0.0.1:${port}`,
      data: world.data,
      onEnd: (clean) => world.onEnd(clean),
      run: () => one.current ?? expect.unreachable(`${name} has no run`),
    };
    entries.set(name, one);
  }
  const { address } = await world.server();
  client = await world.client(address);
  const start = () =>
    world.worker(['worker', address, world.data, ...[...entries.values()].map(({ tiny }) => tiny.config)]);
  let worker = await start();
  await Promise.all(names.map(releaseFirst));
  await Promise.all(names.map(begin));
  servedAlone = await killInRounds(
    new Map(names.map((name) => [name, { held: entry(name), rounds: scenario(name).rounds }])),
    async () => {
      await worker.kill();
      worker = await start();
    },
  );
  await Promise.all(names.map(finish));
}, 600_000);
afterAll(() => world.end());

async function releaseFirst(name: string): Promise<void> {
  await release(name, '0.1.0');
  const { tiny, url } = entry(name);
  const load = startLoad(url, 1, 50);
  entry(name).load = load;
  world.onEnd(() => load.stop());
  tiny.commit('feat: more of it');
  if (scenario(name).back === 'asked') {
    await release(name, '0.2.0');
    return;
  }
  // The first version had no users yet to be judged by.
  const config = JSON.parse(readFileSync(tiny.config, 'utf8')) as {
    environments: { production: { monitor: { for: string } } };
  };
  if (
    scenario(name)
      .rounds.flat()
      .some(({ late, step }) => late && /monitor|watch/.test(step))
  )
    config.environments.production.monitor.for = '8s';
  writeFileSync(tiny.config, JSON.stringify({ ...config, ...rolloutOf(name) }));
}

async function release(name: string, version: string): Promise<void> {
  const run = await startRelease(client, name, version);
  await approve(run, 'alice', 240_000);
  expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
}

async function begin(name: string): Promise<void> {
  const { back, rounds, slowRequest } = scenario(name);
  const one = entry(name);
  await rounds[0][0]?.hold?.(one);
  if (back === 'asked') return askBack(name);
  if (slowRequest) {
    one.tiny.hold('slow');
    world.onEnd(() => one.tiny.letGo('slow'));
    one.slow = fetch(`${one.url}/slow`).then((response) => response.text());
    await one.tiny.begun('slow');
  }
  one.current = await startRelease(client, name, '0.2.0');
  if (rounds[0][0]?.step !== 'approval.production') await approve(one.current, 'alice', 240_000);
}

async function askBack(name: string): Promise<void> {
  const handle = await client.workflow.start('rollback', {
    args: [{ product: name, by: 'carol', reason: 'the cart is empty' }],
    taskQueue,
    workflowId: flows.rollback.runId({ product: name }),
  });
  entry(name).current = runOf(client, handle);
}

async function finish(name: string): Promise<void> {
  const one = entry(name);
  const run = one.run();
  await run.until('answer', () => true);
  await one.at?.letGo?.(one);
  if (scenario(name).slowRequest) one.tiny.letGo('slow');
  const result = await run.result();
  one.end = { result, status: await run.status(), failed: await failedTasks(run) };
  const then = one.load?.served() ?? 0;
  await vi.waitFor(() => expect(one.load?.served()).toBeGreaterThan(then + 10), { timeout: 10_000 });
  await one.load?.stop();
}

const killedAt = (name: string): string =>
  scenario(name)
    .rounds.map((stops) => stops.at(-1)?.step ?? '')
    .join(', ');

describe('a worker that is killed at each step of a rollout and of a rollback', () => {
  it.each(of(undefined).map((name) => [killedAt(name), name] as const))(
    '[PL-1] [SI-5] [BG-7] killed at %s: the version takes all traffic, each effect happened once, no request failed',
    async (_, name) => {
      const { result, status, failed } = endOf(name);
      expect(result).toMatchObject({ outcome: 'succeeded', version: '0.2.0' });
      expect(status.rollout?.weights).toEqual({ '0.2.0': 100 });
      expect(failed).toEqual([]);
      users(name);
      expect(effectsOf(name)).toEqual(
        scenario(name).ownRouter
          ? told('set.blue50green50', 'set.blue0green100', 'smoke.0.2.0')
          : [...once('0.1.0'), ...once('0.2.0'), 'begin stop.0.1.0'],
      );
      await serves(name, '0.2.0');
      const { git } = entry(name).tiny;
      expect(git('log', '--merges', '--format=%s', 'main').split('\n')).toEqual([
        `Merge release/${name}/v0.2.0`,
        `Merge release/${name}/v0.1.0`,
      ]);
      expect(git('tag', '--list').split('\n')).toEqual(['v0.1.0', 'v0.2.0']);
    },
  );

  it.each([...of('bad'), ...of('asked')].map((name) => [killedAt(name), name] as const))(
    '[PL-1] [SI-10] [DW-8] [DW-10] [BY-8] killed at %s: one rollback, the version before serves everybody, one document and four tasks',
    async (_, name) => {
      const { result, status, failed } = endOf(name);
      const asked = scenario(name).back === 'asked';
      expect(result).toMatchObject({ outcome: asked ? 'succeeded' : 'rolled-back' });
      expect(status.rollout?.weights).toEqual({ '0.1.0': 100 });
      expect(failed).toEqual([]);
      users(name);
      const expected = scenario(name).ownRouter
        ? told('set.blue100green0', 'back.0.2.0', 'smoke.0.1.0')
        : [
            ...once('0.1.0'),
            ...once('0.2.0', asked),
            ...(asked ? ['begin stop.0.1.0', 'begin start.0.1.0'] : []),
            'begin stop.0.2.0',
            ...(scenario(name).restores ? ['begin restore.0.2.0'] : []),
            'begin smoke.0.1.0',
          ];
      expect(effectsOf(name)).toEqual(expected);
      await serves(name, '0.1.0');
      expect(readdirSync(documentsOf(entry(name)))).toEqual(['incident.md']);
      expect(issueFiles(entry(name))).toHaveLength(4);
    },
  );

  it('[SI-5] the open request of the old version was answered by it', async () => {
    expect(await entry('drain').slow).toBe('0.1.0');
  });

  it('nothing that was started goes on but one version of each product', () => {
    const left = startedBelow(world.root);
    expect(left.filter(({ instance }) => !instance)).toEqual([]);
    const running = names.filter((name) => !scenario(name).ownRouter);
    for (const name of running)
      expect(
        left.filter(({ directory }) => directory.includes(`/${name}/production/`)),
        name,
      ).toHaveLength(1);
    expect(left).toHaveLength(running.length);
  });
});

function users(name: string): void {
  const { load } = entry(name);
  expect(load?.failures()).toEqual([]);
  expect(load?.versions()).toEqual(['0.1.0', '0.2.0']);
  for (const served of servedAlone.get(name) ?? expect.unreachable(name))
    expect(served, 'served while no worker was there').toBeGreaterThan(10);
}

async function serves(name: string, version: string): Promise<void> {
  if (!scenario(name).ownRouter) expect(await servingVersion(world.data, name)).toBe(version);
  for (let ask = 0; ask < 20; ask += 1) expect(await (await fetch(entry(name).url)).text()).toBe(version);
}

const effectsOf = (name: string): string[] =>
  entry(name)
    .tiny.happened()
    .filter((line) =>
      /^begin (back|backup|deploy|install|start|migrate|set|smoke|stop|restore)\./.test(line),
    );

/** What a version of the product begins once on its way into production. */
const once = (version: string, smoke = true): string[] =>
  ['backup', 'install', 'start', 'migrate', ...(smoke ? ['smoke'] : [])].map(
    (each) => `begin ${each}.${version}`,
  );

/** Everything that a product with commands and a router of its own has been told, in order. */
const told = (...second: string[]): string[] =>
  [
    ...['backup.0.1.0', 'deploy.0.1.0', 'migrate.0.1.0', 'set.blue100green0', 'smoke.0.1.0'],
    ...['backup.0.2.0', 'deploy.0.2.0', 'migrate.0.2.0', 'set.blue90green10'],
    ...second,
  ].map((each) => `begin ${each}`);

const named = (tiny: TinyProduct, effect: string) => tiny.command(`${effect}.$SLUICE_VERSION`);

function configuration(tiny: TinyProduct, staging: string, sections: object) {
  const health = { path: '/health', interval: '100ms', healthyAfter: 2, within: '5m' };
  return {
    environments: {
      staging: { url: staging, health, script: { deploy: 'true', rollback: 'true' } },
      production: {
        health,
        ...sections,
        smoke: named(tiny, 'smoke'),
        database: {
          backup: `${named(tiny, 'backup')}; echo rows >"$SLUICE_BACKUP"`,
          migrate: named(tiny, 'migrate'),
          restore: named(tiny, 'restore'),
          restoreOnRollback: scenario(tiny.name).restores ? 'if-migrated' : 'never',
        },
        approval: { from: ['managers'] },
        monitor: { for: '300ms', every: '100ms', maxLatencyRatio: 1000 },
      },
    },
    policies: { rehearseRollback: false },
  };
}

const processOf = (tiny: TinyProduct, port: number) => ({
  process: {
    install: named(tiny, 'install'),
    start: `${named(tiny, 'start')} && exec '${process.execPath}' service.mjs`,
    port,
    startWithin: '5m',
    drain: '5m',
  },
});

/** Slots and a router that are there anyway. What a command does is done before it is held: the worker dies without knowing. */
async function ownRouter(name: string) {
  const slots = await startSlots(world, name);
  const { url, script } = await startFileRouter(world, slots);
  return {
    url,
    sections: (tiny: TinyProduct) => ({
      url,
      slots: { blue: { url: slots.blue }, green: { url: slots.green } },
      script: {
        deploy: `${slots.deploy} && ${named(tiny, 'deploy')}`,
        rollback: `${slots.rollback} && ${named(tiny, 'back')}`,
      },
      router: {
        script: {
          ...script,
          set: `${script.set} && ${tiny.command(`set.$(printf %s "$SLUICE_WEIGHTS" | tr -dc a-z0-9)`)}`,
        },
      },
    }),
  };
}

/** Where a step is held by its watch it takes long, and people end it; the others are short. */
function rolloutOf(name: string) {
  const stops = scenario(name).rounds.flat();
  const held = (weight: number) => stops.some(({ step }) => step === `production.watch-${weight}`);
  const asks = (weight: number) => name === 'verify' && weight === 50;
  return {
    rollout: {
      every: '250ms',
      steps: [10, 50, 100].map((weight) => ({
        weight,
        for: held(weight) && !asks(weight) ? '1h' : '1s',
        confirm: asks(weight),
      })),
    },
    metrics: {
      // A router of the user's own shows no numbers.
      rules: scenario(name).ownRouter
        ? []
        : [
            {
              name: 'error-rate',
              measure: 'error-rate',
              max: '5%',
              failureLimit: 1,
              over: '10s',
              minRequests: 1,
            },
          ],
    },
  };
}
