import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flowNames } from '../../src/domain/flows/registry.ts';
import type { FlowName } from '../../src/domain/flows/registry.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import type { AttackedWorld } from './support/attacked-world.ts';
import { createAttackedWorld } from './support/attacked-world.ts';
import { evilConfig } from './support/evil-config.ts';
import type { Attack, Patience } from './support/forger.ts';
import { driven, Forger } from './support/forger.ts';
import type { ActivityName } from './support/good-answers.ts';
import { goodAnswers } from './support/good-answers.ts';
import { generatedAnswers, inSweep } from './support/how-many.ts';

/** Whoever may write to the namespace completes every activity of every flow in the worker's place, with whatever they like. */
let world: AttackedWorld;
let forger: Forger;
beforeAll(async () => {
  world = await createAttackedWorld();
  const { config } = evilConfig(world.canaries);
  const everything = {
    ...config,
    rollout: {
      ...config.rollout,
      steps: [10, 100].map((weight) => ({ weight, for: 1, minRequests: 0, confirm: false })),
    },
    blueGreen: { ...config.blueGreen, canary: true, maxAttempts: 3 },
    notifications: [
      { webhook: { url: world.canaries.url }, on: ['failed', 'stopped', 'released', 'rolled-back'] },
    ],
  } as typeof config;
  forger = new Forger(world, goodAnswers(everything, world.digest, world.commit), 17);
});
afterAll(() => world.end());
afterEach(() => {
  expect(world.canaries.seen()).toEqual([]);
  expect(world.deployed()).toEqual([]);
});

/** A step is answered so often by the attacker, and then as it should be: what failed is tried again. */
const perStep = inSweep ? 4 : 2;
/** So often each way is gone: in the sweep until every activity has met all that is cunning. */
const rounds = inSweep ? 20 : 1;
const timeout = inSweep ? 1_800_000 : 400_000;
/** What runs of a flow begin with, beside their configuration: where it is no answer, there is no run, so each is forged in runs of its own. */
const beginnings: Readonly<Partial<Record<FlowName, readonly ActivityName[]>>> = {
  release: ['checkReadiness'],
  rollout: ['findReleased'],
  rollback: ['findWayBack'],
  blueGreen: ['checkInputs'],
};
const beginningsOf = (flow: FlowName): readonly ActivityName[] => [
  'loadProduct',
  ...(beginnings[flow] ?? []),
];
const beginning = new Set<string>(flowNames.flatMap(beginningsOf));

/** Runs would wait for each other, or for the product that there really is. */
const unreal = new Set(['loadProduct', 'acquireEnvironment', 'releaseEnvironment', 'isRunning']);

let runs = 0;
async function attacked(attack: Attack & { readonly flow: FlowName }, patience: Patience): Promise<void> {
  runs += 1;
  const id = `answers-${runs}.${attack.flow}`;
  world.forge(`answers-${runs}.`, forger.answers(attack));
  const handle = await world.client.workflow.start(attack.flow, {
    taskQueue,
    workflowId: id,
    args: [{ product: 'shop', by: 'mallory' }],
  });
  const end = await driven(handle, patience);
  expect(['COMPLETED', 'it goes on'], id).toContain(end);
  const events = await handle.fetchHistory();
  const read = { fetchHistory: () => Promise.resolve(events) };
  expect(await failedTasks({ handle: read }), id).toEqual([]);
  const history = await world.historyOf(read);
  for (const secret of world.canaries.secrets) expect(history.includes(secret)).toBe(false);
}

/** So many at a time. */
async function together(attacks: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...attacks];
  const next = async (): Promise<void> => {
    for (let one = left.shift(); one; one = left.shift()) await one();
  };
  await Promise.all(Array.from({ length: 12 }, next));
}

type Way = (name: ActivityName, step: string) => boolean;
const forward: Way = (name, step) =>
  !['verifyHealth', 'acquireEnvironment', 'runCheck', 'askAgent'].includes(name) &&
  !/^(rollback|tests|fix|review|readiness|regression|staging\.(?!look|rehearse))\b/.test(step);
const back: Way = (name, step) =>
  /^(production|green)\.(health|support|smoke)$|^rollback\b/.test(step) ||
  ['updateState', 'record', 'releaseEnvironment', 'deliver', 'removeCheckouts'].includes(name);
const onStaging: Way = (name, step) => step.startsWith('staging.') || name === 'headOfMain';
const mending: Way = (name, step) =>
  /^(tests|fix|review)\b/.test(step) || ['removeCheckouts', 'deleteReleaseBranch'].includes(name);
const supported: Way = (_, step) => step === 'production.support';
const waiting: Way = (name) => name === 'acquireEnvironment';
/** Where on its way a run is answered by the attacker, for flows that have more to it than others. */
const ways: Readonly<Partial<Record<FlowName, readonly Way[]>>> = {
  release: [forward, back, onStaging, supported, waiting],
  rollout: [forward, back, supported, waiting],
  rollback: [back, waiting],
  blueGreen: [forward, back, mending, waiting],
};

const waysOf = (flow: FlowName): readonly Way[] => ways[flow] ?? [forward, back, waiting];

const never = (): boolean => false;
const always = (name: string): boolean => !beginning.has(name) && !unreal.has(name);

const onTheWay = (way: Way) => (name: ActivityName, step: string, time: number) =>
  time <= perStep && !beginning.has(name) && way(name, step);

/** All but what a lock asks for after a minute, and goes by nothing of but whether it is true. */
const names = (): string[] => Object.keys(world.activities).filter((name) => name !== 'isRunning');
/** Those that met no forgery anywhere; in the sweep, none that was cunning. */
const missing = (): string[] =>
  names().filter((name) =>
    inSweep
      ? !forger.cunning.has(name)
      : !flowNames.some((flow) => forger.forged.get(flow)?.has(name)) && name !== 'inquire',
  );
/** Those that a flow asked for and got only good answers to. */
const spared = (flow: FlowName): string[] =>
  [...(forger.asked.get(flow) ?? [])].filter((name) => !forger.forged.get(flow)?.has(name));
/** Those that have not met all that is cunning. */
const unmet = (): string[] =>
  names().filter((name) => name !== 'inquire' && forger.cunning.get(name)?.size !== forger.names.length);

describe('every activity of every flow, completed by the attacker', () => {
  it(
    'at the beginning of a run: the worker acts by none of it',
    async () => {
      const attacks = flowNames.flatMap((flow, number) =>
        beginningsOf(flow).flatMap((activity) =>
          forger.names
            // One of all flows has to meet what a product may be said to be.
            .filter((_, index) =>
              activity === 'loadProduct'
                ? index % flowNames.length === number
                : inSweep || index % 4 === number,
            )
            .map((cunning) => ({
              flow,
              cunning,
              really: (name: string) => !unreal.has(name),
              forges: (name: string) => name === activity,
            })),
        ),
      );
      await together(attacks.map((attack) => () => attacked(attack, { answers: 5, idle: 2_000 })));
    },
    timeout,
  );

  it(
    'on its way: it goes on, waits for people, or ends',
    async () => {
      for (let round = 0; round < rounds && (round === 0 || unmet().length > 0); round += 1) {
        const attacks = flowNames.flatMap((flow) =>
          waysOf(flow).map((way) => ({ flow, really: never, anything: round > 0, forges: onTheWay(way) })),
        );
        await together(attacks.map((attack) => () => attacked(attack, { answers: 200 })));
      }
    },
    timeout,
  );

  it(
    'on its way, and the worker goes on: it acts by none of it',
    async () => {
      const attacks = flowNames.flatMap((flow) =>
        waysOf(flow)
          .filter((way, index) => index === 0 || (inSweep && way === back))
          .map((way) => ({ flow, really: always, anything: true, forges: onTheWay(way) })),
      );
      await together(attacks.map((attack) => () => attacked(attack, { answers: 60, idle: 2_000 })));
    },
    timeout,
  );

  it(
    'with whatever a generator makes up',
    async () => {
      for (let round = 0; forger.generated < generatedAnswers; round += 1) {
        expect(round).toBeLessThan(100);
        const flow = flowNames[round % flowNames.length] ?? 'release';
        const attacks = waysOf(flow)
          .filter((way) => way !== waiting && way !== supported)
          .map((way) => ({ flow, really: never, anything: true, forges: onTheWay(way) }));
        await together(attacks.map((attack) => () => attacked(attack, { answers: 200 })));
      }
    },
    timeout,
  );

  it('a question of somebody’s is answered by whatever it is', async () => {
    await together(
      forger.names.map((cunning) => async () => {
        const part = `inquired-${cunning.replaceAll(/\W/g, '-')}.`;
        world.forge(part, forger.answers({ flow: 'inquiry', cunning, really: never, forges: () => true }));
        const args = [{ kind: 'products' }];
        const handle = await world.client.workflow.start('inquiry', { taskQueue, workflowId: part, args });
        await handle.result();
        expect(await failedTasks({ handle })).toEqual([]);
      }),
    );
  });

  it(
    'where it was spared by the order in which things came',
    async () => {
      // What comes up depends on what was forged before: whatever was spared is answered where it comes up next.
      for (let round = 0; round < 3; round += 1) {
        const left = (flow: FlowName) => [...missing(), ...spared(flow)];
        const attacks = flowNames.flatMap((flow) =>
          left(flow).length === 0
            ? []
            : waysOf(flow).map((way) => ({
                flow,
                really: never,
                forges: (name: ActivityName, step: string, time: number) =>
                  time <= 2 && (left(flow).includes(name) || (way(name, step) && !beginning.has(name))),
              })),
        );
        if (attacks.length === 0) break;
        await together(attacks.map((attack) => () => attacked(attack, { answers: 200 })));
      }
    },
    timeout,
  );

  it('was met: none was left out', () => {
    for (const flow of flowNames) expect(spared(flow), flow).toEqual([]);
    expect(missing()).toEqual([]);
    expect(unmet().filter((name) => inSweep || name === 'loadProduct')).toEqual([]);
  });
});
