import { readdirSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flows } from '../../src/domain/flows/registry.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import type { Killed, Place, Subject } from './support/killed.ts';
import {
  endOf,
  expectOneVersionEach,
  expectServed,
  killEach,
  killedAt,
  reconfigure,
} from './support/killed.ts';
import type { Rounds } from './support/kill-rounds.ts';
import { bothServed } from './support/load.ts';
import type { TinyProduct } from './support/product.ts';
import { approve, runOf, startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import { seedVersion } from './support/seed.ts';
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
import { inSweep } from './support/sweep.ts';
import { createWorld } from './support/world.ts';

/**
 * Many products side by side. Three times all of them reach a place, each another step, and one SIGKILL hits them all; the next worker
 * goes on. Users are there from the first version to the end. `npm test` kills once at each step, `npm run test:faults` at every
 * place of each.
 */
interface Scenario {
  /** The last stop of each round is where the worker is killed. */
  readonly rounds: Rounds;
  /** What no other one shows: it belongs to every run of the tests. */
  readonly always?: true;
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
    always: true,
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
    always: true,
    rounds: [
      [command('production.migrate', 'migrate.0.2.0')],
      [watched(10), locked('production.shift-50')],
      [command('production.smoke', 'smoke.0.2.0')],
    ],
  },
  verify: {
    always: true,
    rounds: [
      [unhealthy('production.verify', 'direct', '0.2.0')],
      [gate('production.watch-50', 'rollout:50', 'promote')],
      [command('production.smoke', 'smoke.0.2.0'), passing('production.monitor')],
    ],
  },
  backup: {
    always: true,
    rounds: [
      [command('production.backup', 'backup.0.2.0')],
      [watched(50), locked('production.shift-100')],
      [command('finalize.merge', 'pre-receive.main'), locked('finalize.retire')],
    ],
    slowRequest: true,
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
    always: true,
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
    always: true,
    rounds: [
      [turnsBad, command('rollback.restore', 'restore.0.2.0')],
      [command('rollback.smoke', 'smoke.0.1.0')],
      [passing('rollback.watch')],
    ],
    back: 'bad',
    restores: true,
  },
  'back-documented': {
    always: true,
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
    always: true,
    rounds: [
      [fetching('decide.find')],
      [gate('decide.gate', 'rollback', 'rollback'), locked('rollback.execute')],
      [unhealthy('rollback.verify', 'public', '0.1.0')],
    ],
    back: 'asked',
  },
};
const names = Object.keys(scenarios).filter((name) => inSweep || scenarios[name]?.always);
const scenario = (name: string): Scenario => scenarios[name] ?? expect.unreachable(name);
const of = (back: Scenario['back']) => names.filter((name) => scenario(name).back === back);
const slowOnes = names.filter((name) => scenario(name).slowRequest);

const world = createWorld('killed-rollouts');
const slow = new Map<string, Promise<string>>();
let killed: (name: string) => Killed;

beforeAll(async () => {
  killed = await killEach(world, await Promise.all(names.map(subjectOf)));
}, 600_000);
afterAll(() => world.end());

async function subjectOf(name: string): Promise<Subject> {
  const own = scenario(name).ownRouter ? await ownRouter(name) : undefined;
  return {
    name,
    rounds: scenario(name).rounds,
    ...(own ? { url: own.url } : {}),
    configure: (tiny, place) => configuration(tiny, place, own?.sections(tiny) ?? processOf(tiny, place)),
    prepare,
    begin,
    afterwards: ({ tiny }) => tiny.letGo('slow'),
  };
}

async function prepare(one: Killed): Promise<void> {
  const { name } = one.tiny;
  one.tiny.commit('feat: more of it');
  if (scenario(name).back === 'asked') {
    await seedVersion(world, one.tiny, '0.2.0');
    return bothServed(one.load);
  }
  const stops = scenario(name).rounds.flat();
  reconfigure(one, (config) => {
    if (stops.some(({ late, step }) => late && /monitor|watch/.test(step)))
      config.environments.production.monitor.for = '8s';
    return { ...config, ...rolloutOf(name) };
  });
}

async function begin(one: Killed, client: Client): Promise<TestRun> {
  const { tiny, url } = one;
  const { back, rounds, slowRequest } = scenario(tiny.name);
  if (back === 'asked') return askBack(client, tiny.name);
  if (slowRequest) {
    tiny.hold('slow');
    world.onEnd(() => tiny.letGo('slow'));
    slow.set(
      tiny.name,
      fetch(`${url}/slow`).then((response) => response.text()),
    );
    await tiny.begun('slow');
  }
  const run = await startRelease(client, tiny.name, '0.2.0');
  if (rounds[0]?.[0]?.step !== 'approval.production') await approve(run, 'alice', 240_000);
  return run;
}

async function askBack(client: Client, name: string): Promise<TestRun> {
  const handle = await client.workflow.start('rollback', {
    args: [{ product: name, by: 'carol', reason: 'the cart is empty' }],
    taskQueue,
    workflowId: flows.rollback.runId({ product: name }),
  });
  return runOf(handle);
}

describe('a worker that is killed at each step of a rollout and of a rollback', () => {
  it.each(of(undefined).map((name) => [killedAt(scenario(name).rounds), name] as const))(
    '[PL-1] [SI-5] [BG-7] killed at %s: the version takes all traffic, each effect happened once, no request failed',
    async (_, name) => {
      const { result, status, failed } = endOf(killed(name));
      expect(result).toMatchObject({ outcome: 'succeeded', version: '0.2.0' });
      expect(status.rollout?.weights).toEqual({ '0.2.0': 100 });
      expect(failed).toEqual([]);
      expectServed(killed(name), ['0.1.0', '0.2.0']);
      expect(effectsOf(name)).toEqual(
        scenario(name).ownRouter
          ? told('set.blue50green50', 'set.blue0green100', 'smoke.0.2.0')
          : [...seeded('0.1.0'), ...once('0.2.0'), 'begin stop.0.1.0'],
      );
      await serves(name, '0.2.0');
      const { git } = killed(name).tiny;
      expect(git('log', '--merges', '--format=%s', 'main').split('\n')).toEqual([
        `Merge release/${name}/v0.2.0`,
        `Merge release/${name}/v0.1.0`,
      ]);
      expect(git('tag', '--list').split('\n')).toEqual(['v0.1.0', 'v0.2.0']);
    },
  );

  it.each([...of('bad'), ...of('asked')].map((name) => [killedAt(scenario(name).rounds), name] as const))(
    '[PL-1] [SI-10] [DW-8] [DW-10] [BY-8] killed at %s: one rollback, the version before serves everybody, one document and four tasks',
    async (_, name) => {
      const { result, status, failed } = endOf(killed(name));
      const asked = scenario(name).back === 'asked';
      expect(result).toMatchObject({ outcome: asked ? 'succeeded' : 'rolled-back' });
      expect(status.rollout?.weights).toEqual({ '0.1.0': 100 });
      expect(failed).toEqual([]);
      expectServed(killed(name), ['0.1.0', '0.2.0']);
      const expected = scenario(name).ownRouter
        ? told('set.blue100green0', 'back.0.2.0', 'smoke.0.1.0')
        : [
            ...seeded('0.1.0'),
            ...(asked
              ? [...seeded('0.2.0'), 'begin stop.0.1.0', 'begin start.0.1.0']
              : once('0.2.0', { smoke: false })),
            'begin stop.0.2.0',
            ...(scenario(name).restores ? ['begin restore.0.2.0'] : []),
            'begin smoke.0.1.0',
          ];
      expect(effectsOf(name)).toEqual(expected);
      await serves(name, '0.1.0');
      expect(readdirSync(documentsOf(killed(name)))).toEqual(['incident.md']);
      expect(issueFiles(killed(name))).toHaveLength(4);
    },
  );

  it.each(slowOnes)('[SI-5] the open request of the old version of %s was answered by it', async (name) => {
    expect(await slow.get(name)).toBe('0.1.0');
  });

  it('nothing that was started goes on but one version of each product', () => {
    expectOneVersionEach(
      world,
      names.filter((name) => !scenario(name).ownRouter),
    );
  });
});

async function serves(name: string, version: string): Promise<void> {
  if (!scenario(name).ownRouter) expect(await servingVersion(world.data, name)).toBe(version);
  for (let ask = 0; ask < 20; ask += 1) expect(await (await fetch(killed(name).url)).text()).toBe(version);
}

const effectsOf = (name: string): string[] =>
  killed(name)
    .tiny.happened()
    .filter((line) =>
      /^begin (back|backup|deploy|install|start|migrate|set|smoke|stop|restore)\./.test(line),
    );

/** What a version of the product begins once on its way into production. */
const once = (version: string, { smoke }: { smoke: boolean } = { smoke: true }): string[] =>
  ['backup', 'install', 'start', 'migrate', ...(smoke ? ['smoke'] : [])].map(
    (each) => `begin ${each}.${version}`,
  );

/** The driver's part of it. */
const seeded = (version: string): string[] => [`begin install.${version}`, `begin start.${version}`];

/** Everything that a product with commands and a router of its own has been told, in order. */
const told = (...second: string[]): string[] =>
  [
    ...['deploy.0.1.0', 'set.blue100green0'],
    ...['backup.0.2.0', 'deploy.0.2.0', 'migrate.0.2.0', 'set.blue90green10'],
    ...second,
  ].map((each) => `begin ${each}`);

const named = (tiny: TinyProduct, effect: string) => tiny.command(`${effect}.$SLUICE_VERSION`);

function configuration(tiny: TinyProduct, { staging }: Place, sections: object) {
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

const processOf = (tiny: TinyProduct, { port }: Place) => ({
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
