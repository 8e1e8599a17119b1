import type { Client, Connection, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { Client as TemporalClient } from '@temporalio/client';
import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection } from '@temporalio/worker';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { expect, vi } from 'vitest';
import type { Activities } from '../../../src/activities/index.ts';
import { ensureSearchAttributes } from '../../../src/adapters/temporal-server/index.ts';
import { createTemporalLocks } from '../../../src/adapters/temporal-locks.ts';
import type { ReleaseInput } from '../../../src/domain/inquiry.ts';
import type { MessageKind } from '../../../src/domain/messages.ts';
import type { MessageReply, RunResult, RunStatus } from '../../../src/domain/status.ts';
import { taskQueue } from '../../../src/domain/workflow-ids.ts';
import { payloadConverterPath, workflowBundle } from '../../../src/workers/workflow-code.ts';
import type { release } from '../../../src/workflows/index.ts';
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
  close(): Promise<void>;
}

let products = 0;
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
  return {
    env,
    connection: env.connection,
    nativeConnection: env.nativeConnection,
    namespace: 'default',
    leave: () => env.teardown(),
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
  // A namespace is there some moments after it was registered.
  await vi.waitFor(() => ensureSearchAttributes(connection, namespace), { timeout: 30_000, interval: 200 });
  const client = new TemporalClient({ connection, namespace, dataConverter: { payloadConverterPath } });
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
  const worker = await vi.waitFor(workerOf, { timeout: 30_000, interval: 200 });
  const ended = worker.run();
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
      const handle = await client.workflow.start<typeof release>('release', {
        taskQueue,
        workflowId: id,
        args: [{ product: world.product, by: 'carol', ...input }],
      });
      return new Flow(env?.client ?? client, handle);
    },
    async close() {
      worker.shutdown();
      await ended;
      await place.leave();
    },
  };
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
        const product = /(?:release|lock)\/([^/]+)\//.exec(id)?.[1] ?? '';
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
  /** Lets time leap while it waits for a result, where the server can. */
  private readonly patient: Client;

  constructor(patient: Client, handle: WorkflowHandleWithFirstExecutionRunId<typeof release>) {
    this.patient = patient;
    this.handle = handle;
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

  tell(kind: MessageKind, ...args: unknown[]): Promise<MessageReply> {
    return this.handle.executeUpdate<MessageReply, [unknown, ...unknown[]]>(kind, {
      args: args as [unknown, ...unknown[]],
    });
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

  /** Its end, over whatever time that takes. */
  async result(): Promise<RunResult> {
    return this.patient.workflow
      .getHandle<typeof release>(this.handle.workflowId, this.handle.firstExecutionRunId)
      .result();
  }

  /** Step ids in the order in which they are shown, by state. */
  async steps(state: string): Promise<string[]> {
    return (await this.status()).steps.filter((step) => step.state === state).map((step) => step.id);
  }

  async step(id: string) {
    return (await this.status()).steps.find((step) => step.id === id);
  }
}
