import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { Client, Connection } from '@temporalio/client';
import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection } from '@temporalio/worker';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { expect, vi } from 'vitest';
import type { Activities } from '../../../src/activities/index.ts';
import { ensureSearchAttributes } from '../../../src/adapters/temporal-server/index.ts';
import { createTemporalLocks } from '../../../src/adapters/temporal-locks.ts';
import type { ReleaseInput } from '../../../src/domain/release/input.ts';
import type { MessageKind } from '../../../src/domain/run/messages.ts';
import type { MessageReply, RunResult, RunStatus } from '../../../src/domain/run/status.ts';
import { searchAttributes } from '../../../src/domain/run/search-attributes.ts';
import { taskQueue } from '../../../src/domain/flows/workflow-ids.ts';
import { payloadConverterPath, workflowBundle } from '../../../src/workers/workflow-code.ts';
import type { BlueGreenInput } from '../../../src/domain/blue-green/input.ts';
import type { blueGreen, release, rollback, rollout } from '../../../src/workflows/index.ts';
import { testServer, timeSkippingEnvironment } from '../../support/temporal.ts';
import { productYaml } from './product.ts';
import { simulatedActivities, SimulatedWorld } from './simulated.ts';

/** Flows with the real bundle and converter, in simulated worlds. */
export interface Flows {
  /** Where flows run whose time leaps. */
  readonly env: TestWorkflowEnvironment;
  readonly client: Client;
  /** A world of its own for each test: a product of its own. */
  world(change?: (yaml: string) => string): SimulatedWorld;
  /** Has runs of a product that nobody knows be served. */
  accept(product: string): void;
  start(world: SimulatedWorld, input?: Partial<ReleaseInput>, id?: string): Promise<Flow>;
  startRollback(world: SimulatedWorld, input?: Record<string, unknown>): Promise<Flow>;
  startRollout(world: SimulatedWorld, input?: Record<string, unknown>): Promise<Flow>;
  startBlueGreen(world: SimulatedWorld, input?: Partial<BlueGreenInput>): Promise<Flow>;
  /** Does something while there is no worker: runs learn of all of it in one and the same moment. On the real server, which lets a worker go at once. */
  away(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

let products = 0;
/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const keyword = 2;
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });

/** Where flows run, and how it is left. */
interface Place {
  readonly env: TestWorkflowEnvironment | undefined;
  readonly connection: Connection;
  readonly nativeConnection: NativeConnection;
  readonly namespace: string;
  leave(): Promise<void>;
}

/** A server of its own, whose time leaps while nothing runs. */
async function leapingServer(): Promise<Place> {
  const env = await patiently(timeSkippingEnvironment);
  // It gives a history whole, not in pages: that of a run that was sent megabytes is longer than a client takes by default.
  const connection = await Connection.connect({
    address: env.address,
    channelArgs: { 'grpc.max_receive_message_length': 64 * 1024 * 1024 },
  });
  // It knows no list of search attributes, so that they can't be looked up first.
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(searchAttributes.map((name) => [name, keyword])),
  });
  return {
    env,
    connection,
    nativeConnection: env.nativeConnection,
    namespace: 'default',
    leave: async () => {
      await connection.close();
      await env.teardown();
    },
  };
}

/** The real server, in a namespace of its own. */
async function realServer(): Promise<Place> {
  const server = await testServer();
  const namespace = `flows-${process.pid}-${Date.now()}`;
  await server.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // A namespace is there some moments after it was registered.
  await vi.waitFor(() => ensureSearchAttributes(server.connection, namespace), {
    timeout: 30_000,
    interval: 200,
  });
  return {
    env: undefined,
    connection: server.connection,
    nativeConnection: server.nativeConnection,
    namespace,
    leave: () => server.close(),
  };
}

/**
 * @param server `leaping` skips time; `real` knows all that Temporal can: the other one passes a cancel request on into shielded scopes
 * @param cached runs that the worker keeps; with 0 every task replays its whole history
 */
export async function flows({
  server = 'leaping',
  cached = 100,
}: { server?: 'leaping' | 'real'; cached?: number } = {}): Promise<Flows> {
  const place = server === 'leaping' ? await leapingServer() : await realServer();
  const { connection, namespace, env } = place;
  const client = new Client({ connection, namespace, dataConverter: { payloadConverterPath } });
  const worlds = new Map<string, Activities>();
  const workerOf = async () =>
    Worker.create({
      connection: place.nativeConnection,
      namespace,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: dispatch(worlds),
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
  let started: WorkflowHandle[] = [];
  const accept = (world: SimulatedWorld): void => {
    const clock = {
      sleep: (ms: number) => (env ? env.sleep(ms) : new Promise<void>((resolve) => setTimeout(resolve, ms))),
      locks: createTemporalLocks(() => client),
    };
    worlds.set(world.product, simulatedActivities(world, clock));
  };
  return {
    get env() {
      if (!env) throw new Error('time does not leap on the real server');
      return env;
    },
    client,
    world(change) {
      products += 1;
      const product = `shop-${products}`;
      const world = new SimulatedWorld(product, productYaml(product, change));
      accept(world);
      return world;
    },
    accept(product) {
      accept(new SimulatedWorld(product, productYaml(product)));
    },
    async start(world, input = {}, id = `release/${world.product}/1`) {
      if (env) started = await freeClock(env, started);
      const handle = await client.workflow.start<typeof release>('release', {
        taskQueue,
        workflowId: id,
        args: [{ product: world.product, by: 'carol', ...input }],
      });
      started.push(handle);
      return new Flow(handle, env);
    },
    async startRollback(world, input = {}) {
      if (env) started = await freeClock(env, started);
      const handle = await client.workflow.start<typeof rollback>('rollback', {
        taskQueue,
        workflowId: `rollback/${world.product}/production`,
        args: [{ product: world.product, by: 'carol', ...input }],
      });
      started.push(handle);
      return new Flow(handle, env);
    },
    async startBlueGreen(world, input = {}) {
      if (env) started = await freeClock(env, started);
      const handle = await client.workflow.start<typeof blueGreen>('blueGreen', {
        taskQueue,
        workflowId: `blue-green/${world.product}/1`,
        args: [{ product: world.product, by: 'carol', ...input }],
      });
      started.push(handle);
      return new Flow(handle, env);
    },
    async startRollout(world, input = {}) {
      if (env) started = await freeClock(env, started);
      const handle = await client.workflow.start<typeof rollout>('rollout', {
        taskQueue,
        workflowId: `rollout/${world.product}/latest`,
        args: [{ product: world.product, by: 'carol', ...input }],
      });
      started.push(handle);
      return new Flow(handle, env);
    },
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

/**
 * The test server stops its clock while a child that ends tells its parent, and, where the parent has ended before, forgets to let it
 * go on: then no time would leap in any later test. So it is let go on, once for each such notification of a run that has ended.
 * @returns the runs that have not
 */
async function freeClock(
  env: TestWorkflowEnvironment,
  runs: readonly WorkflowHandle[],
): Promise<WorkflowHandle[]> {
  const open: WorkflowHandle[] = [];
  for (const run of runs) {
    if ((await run.describe()).status.name === 'RUNNING') {
      open.push(run);
      continue;
    }
    for (const child of await unheard(run)) {
      const ended = async () => {
        const { status } = await child.describe();
        if (status.name === 'RUNNING') throw new Error(`${child.workflowId} is still being delivered`);
      };
      // One that is tried again and again has not stopped the clock.
      const has = await vi.waitFor(ended, { timeout: 3_000, interval: 10 }).then(
        () => true,
        () => false,
      );
      if (has) await env.connection.testService?.unlockTimeSkipping({});
    }
  }
  return open;
}

/** The notifications of a run whose end it did not live to see. */
async function unheard(run: WorkflowHandle): Promise<WorkflowHandle[]> {
  const { events } = await run.fetchHistory();
  const heard = events?.map(
    (event) => event.childWorkflowExecutionCompletedEventAttributes?.workflowExecution?.runId,
  );
  return (events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: child }) => {
    const { workflowId, runId } = child?.workflowExecution ?? {};
    return workflowId && runId && !heard?.includes(runId) ? [run.client.getHandle(workflowId, runId)] : [];
  });
}

/** The server must answer within five seconds of its start, which a busy machine does not always manage. */
async function patiently<T>(start: () => Promise<T>): Promise<T> {
  process.env['JAVA_TOOL_OPTIONS'] ??= '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
  for (let left = 10; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** Every effect goes to the world of the product whose run asked for it. */
function dispatch(
  worlds: ReadonlyMap<string, Activities>,
): Record<string, (...args: unknown[]) => Promise<unknown>> {
  const names = Object.keys(
    simulatedActivities(new SimulatedWorld('any', productYaml('any')), {
      sleep: () => Promise.resolve(),
      locks: undefined as never,
    }),
  );
  return Object.fromEntries(
    names.map((name) => [
      name,
      (...args: unknown[]) => {
        const id = activityInfo().workflowExecution?.workflowId ?? '';
        const product = /(?:release|rollback|rollout|blue-green|lock)\/([^/]+)\//.exec(id)?.[1] ?? '';
        const activities = worlds.get(product) as
          Record<string, (...args: unknown[]) => Promise<unknown>> | undefined;
        const effect = activities?.[name];
        if (!effect) throw new Error(`no world for ${id}`);
        return effect(...args);
      },
    ]),
  );
}

export class Flow {
  readonly handle: WorkflowHandleWithFirstExecutionRunId<typeof release>;
  private readonly env: TestWorkflowEnvironment | undefined;

  constructor(
    handle: WorkflowHandleWithFirstExecutionRunId<typeof release>,
    env: TestWorkflowEnvironment | undefined,
  ) {
    this.handle = handle;
    this.env = env;
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
      { timeout: 15_000, interval: 15 },
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
    if (!this.env) return update();
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
    if (!this.env) return this.handle.result();
    const { workflowId, firstExecutionRunId } = this.handle;
    return this.env.client.workflow.getHandle<typeof release>(workflowId, firstExecutionRunId).result();
  }

  /** Step ids in the order in which they are shown, by state. */
  async steps(state: string): Promise<string[]> {
    return (await this.status()).steps.filter((step) => step.state === state).map((step) => step.id);
  }

  async step(id: string) {
    return (await this.status()).steps.find((step) => step.id === id);
  }
}
