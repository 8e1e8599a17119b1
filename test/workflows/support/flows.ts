import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { Client } from '@temporalio/client';
import type { LeapingServer } from '../../support/temporal.ts';
import { Worker } from '@temporalio/worker';
import { expect, vi } from 'vitest';
import type { Activities } from '../../../src/activities/index.ts';
import { createTemporalLocks } from '../../../src/adapters/temporal-locks.ts';
import type { FlowName } from '../../../src/domain/flows/registry.ts';
import { flowOf } from '../../../src/domain/flows/registry.ts';
import type { ReleaseInput } from '../../../src/domain/release/input.ts';
import type { MessageKind } from '../../../src/domain/run/messages.ts';
import type { MessageReply, RunResult, RunStatus } from '../../../src/domain/run/status.ts';
import { taskQueue } from '../../../src/domain/flows/workflow-ids.ts';
import { payloadConverterPath, workflowBundle } from '../../../src/workers/workflow-code.ts';
import type { BlueGreenInput } from '../../../src/domain/blue-green/input.ts';
import type { blueGreen, release, rollback, rollout } from '../../../src/workflows/index.ts';
import { LeapingClock } from './leaping-clock.ts';
import { leapingPlace, realPlace } from './place.ts';
import { productYaml } from './product.ts';
import { quietRuntime } from '../../support/quiet-runtime.ts';
import { byProduct, simulatedActivities } from '../../support/simulated/activities.ts';
import { loaded, SimulatedWorld } from '../../support/simulated/world.ts';

/** Flows with the real bundle and converter, in simulated worlds. */
export interface Flows {
  /** Where flows run whose time leaps. */
  readonly server: LeapingServer;
  readonly client: Client;
  /** A world of its own for each test: a product of its own. */
  world(change?: (yaml: string) => string): SimulatedWorld;
  /** Has runs of a product that nobody knows be served. */
  accept(product: string): void;
  start(world: SimulatedWorld, input?: Partial<ReleaseInput>, id?: string): Promise<Flow>;
  /** Any flow, with its input besides the product and who starts it. */
  startFlow(flow: FlowName, world: SimulatedWorld, input?: Record<string, unknown>): Promise<Flow>;
  startRollback(world: SimulatedWorld, input?: Record<string, unknown>): Promise<Flow>;
  startRollout(world: SimulatedWorld, input?: Record<string, unknown>): Promise<Flow>;
  startBlueGreen(world: SimulatedWorld, input?: Partial<BlueGreenInput>): Promise<Flow>;
  /** Does something while there is no worker: runs learn of all of it in one and the same moment. On the real server, which lets a worker go at once. */
  away(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

let products = 0;
quietRuntime();

/**
 * @param server `leaping` skips time; `real` knows all that Temporal can: the other one passes a cancel request on into shielded scopes
 * @param cached runs that the worker keeps; with 0 every task replays its whole history
 */
export async function flows({
  server = 'leaping',
  cached = 100,
}: { server?: 'leaping' | 'real'; cached?: number } = {}): Promise<Flows> {
  const place = server === 'leaping' ? await leapingPlace() : await realPlace();
  const { connection, namespace, leaps } = place;
  const client = new Client({ connection, namespace, dataConverter: { payloadConverterPath } });
  const worlds = new Map<string, Activities>();
  const workerOf = async () =>
    Worker.create({
      connection: place.nativeConnection,
      namespace,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: byProduct(
        (product) => worlds.get(product),
        (activity) => (clock ? clock.during(activity) : activity()),
      ),
      dataConverter: { payloadConverterPath },
      reuseV8Context: true,
      maxCachedWorkflows: cached,
      maxHeartbeatThrottleInterval: '1ms',
      defaultHeartbeatThrottleInterval: '1ms',
    });
  const work = async () => {
    const worker = await vi.waitFor(workerOf, { timeout: 30_000, interval: 200 });
    const ended = worker.run();
    return async () => {
      worker.shutdown();
      await ended;
    };
  };
  let stopWorker = await work();
  const clock = leaps && new LeapingClock(leaps);
  const accept = (world: SimulatedWorld): void => {
    const locks = createTemporalLocks(() => client);
    const sleep = (ms: number) => (clock ? clock.sleep(ms) : pause(ms));
    worlds.set(world.product, simulatedActivities(world, { sleep, locks }));
  };
  const begin = async <W extends Started>(type: string, workflowId: string, ...args: Parameters<W>) => {
    await clock?.settle();
    const handle = await client.workflow.start(type, { taskQueue, workflowId, args });
    clock?.started(handle);
    return new Flow(handle, leaps && { server: leaps, clock: clock! });
  };
  return {
    get server() {
      if (!leaps) throw new Error('time does not leap on the real server');
      return leaps;
    },
    client,
    world(change) {
      products += 1;
      const product = `shop-${products}`;
      const world = new SimulatedWorld(product, loaded(productYaml(product, change)));
      accept(world);
      return world;
    },
    accept(product) {
      accept(new SimulatedWorld(product, loaded(productYaml(product))));
    },
    start: (world, input = {}, id = `release/${world.product}/1`) =>
      begin<typeof release>('release', id, { product: world.product, by: 'carol', ...input }),
    startFlow: (flow, world, input = {}) =>
      begin<typeof release>(flow, flowOf(flow).runId({ product: world.product }), {
        product: world.product,
        by: 'carol',
        ...input,
      }),
    startRollback: (world, input = {}) =>
      begin<typeof rollback>('rollback', `rollback/${world.product}/production`, {
        product: world.product,
        by: 'carol',
        ...input,
      }),
    startBlueGreen: (world, input = {}) =>
      begin<typeof blueGreen>('blueGreen', `blue-green/${world.product}/1`, {
        product: world.product,
        by: 'carol',
        ...input,
      }),
    startRollout: (world, input = {}) =>
      begin<typeof rollout>('rollout', `rollout/${world.product}/latest`, {
        product: world.product,
        by: 'carol',
        ...input,
      }),
    async away(meanwhile) {
      await stopWorker();
      try {
        await meanwhile();
      } finally {
        stopWorker = await work();
      }
    },
    async close() {
      await stopWorker();
      await place.leave();
    },
  };
}

type Started = typeof release | typeof rollback | typeof rollout | typeof blueGreen;
type Handle = WorkflowHandleWithFirstExecutionRunId<typeof release>;

export class Flow {
  readonly handle: Handle;
  private readonly leaps: { readonly server: LeapingServer; readonly clock: LeapingClock } | undefined;

  constructor(handle: WorkflowHandleWithFirstExecutionRunId, leaps: Flow['leaps']) {
    this.handle = handle as Handle;
    this.leaps = leaps;
  }

  status(): Promise<RunStatus> {
    return this.handle.query<RunStatus>('status');
  }

  /** Its status as soon as that fulfils a condition. No time is skipped meanwhile. */
  async until(condition: (status: RunStatus) => boolean): Promise<RunStatus> {
    let last: RunStatus | undefined;
    await vi.waitFor(
      async () => {
        last = await this.status();
        if (!condition(last))
          throw new Error(
            `still ${last.stage}: ${last.reason}; gates ${last.gates.map((gate) => gate.id).join(', ')}`,
          );
      },
      { timeout: 15_000, interval: 50 },
    );
    return last!;
  }

  async gate(id: string) {
    const status = await this.until((now) => now.gates.some((gate) => gate.id === id));
    return status.gates.find((gate) => gate.id === id)!;
  }

  async tell(kind: MessageKind, ...args: unknown[]): Promise<MessageReply> {
    const update = (): Promise<MessageReply> =>
      this.handle.executeUpdate<MessageReply, [unknown, ...unknown[]]>(kind, {
        args: args as [unknown, ...unknown[]],
      });
    if (!this.leaps) return update();
    // The server that skips time now and then loses an update that comes while an activity ends.
    for (;;) {
      const lost = new AbortController();
      const late = pause(10_000, undefined, { signal: lost.signal }).catch(() => undefined);
      const reply = await Promise.race([update(), late]);
      lost.abort();
      if (reply) return reply;
    }
  }

  /** Sends a message that must be accepted. */
  async say(kind: MessageKind, payload: Record<string, unknown>): Promise<string> {
    const reply = await this.tell(kind, payload);
    expect(reply, reply.reason).toMatchObject({ accepted: true });
    return reply.reason;
  }

  /** Approves production, as soon as it is asked. */
  async approve(by = 'alice'): Promise<void> {
    await this.gate('production');
    await this.say('approve', { by });
  }

  /** Its end, over whatever time that takes: where time can leap, it does. */
  async result(): Promise<RunResult> {
    if (!this.leaps) return this.handle.result();
    const { workflowId, firstExecutionRunId } = this.handle;
    const { server, clock } = this.leaps;
    const leaping = server.leaping.getHandle<typeof release>(workflowId, firstExecutionRunId);
    return clock.patiently(this.handle, leaping.result());
  }

  /** Step ids in the order in which they are shown, by state. */
  async steps(state: string): Promise<string[]> {
    return (await this.status()).steps.filter((step) => step.state === state).map((step) => step.id);
  }

  async step(id: string) {
    return (await this.status()).steps.find((step) => step.id === id);
  }
}
