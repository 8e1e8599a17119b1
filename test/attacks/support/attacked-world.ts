import { activityInfo } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Activities } from '../../../src/activities/index.ts';
import { ensureSearchAttributes } from '../../../src/adapters/temporal-server/index.ts';
import { compose } from '../../../src/workers/compose.ts';
import { startWorker } from '../../../src/workers/worker.ts';
import { payloadConverterPath } from '../../../src/workers/workflow-code.ts';
import type { Sandbox } from '../../adapters/git/sandbox.ts';
import { createSandbox } from '../../adapters/git/sandbox.ts';
import { quietLog } from '../../support/log.ts';
import type { TestServer } from '../../support/temporal.ts';
import { testServer } from '../../support/temporal.ts';
import type { Canaries } from './canaries.ts';
import { createCanaries, createReceiver } from './canaries.ts';

/** Answers that the attacker gives in the worker's place, by the names of activities. They are asked for by runs whose id says so. */
export type Forgeries = Partial<{ [K in keyof Activities]: (...args: Parameters<Activities[K]>) => unknown }>;

/** A worker that looks after a product, in a namespace that an attacker may write to. */
export interface AttackedWorld {
  readonly client: Client;
  readonly namespace: string;
  readonly server: TestServer;
  readonly sandbox: Sandbox;
  readonly canaries: Canaries;
  /** What the product's own people were told. */
  readonly heard: readonly string[];
  readonly logged: readonly { readonly level: string; readonly message: string }[];
  /** What was deployed to production by the product's own commands, a line each. */
  deployed(): readonly string[];
  /** The digest of the product's configuration, which anybody can read in a history. */
  readonly digest: string;
  /** Head of main. */
  readonly commit: string;
  readonly activities: Activities;
  /** From now on, runs with this part in their id are answered so. */
  forge(part: string, forgeries: Forgeries): void;
  /** Everything in a run's history, decoded. */
  historyOf(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<string>;
  end(): Promise<void>;
}

/** What activities log goes through the runtime of Temporal, which there is one of. */
const logged: { readonly level: string; readonly message: string }[] = [];
Runtime.install({
  logger: new DefaultLogger('ERROR', ({ level, message }) => logged.push({ level, message })),
  telemetryOptions: { logging: { filter: 'ERROR' } },
});

export async function createAttackedWorld(): Promise<AttackedWorld> {
  const sandbox = await createSandbox();
  const commit = await sandbox.commit('feat: a shop', { 'b.txt': 'b' });
  await sandbox.git(['tag', 'v0.9.0']);
  await sandbox.git(['push', '--quiet', 'origin', 'v0.9.0']);
  const canaries = await createCanaries(sandbox.root);
  const receiver = await createReceiver();
  const file = join(sandbox.root, 'sluice.yaml');
  const data = join(sandbox.root, '.sluice');
  await mkdir(data);
  const deployed = join(sandbox.root, 'deployed.txt');
  await writeFile(file, productOf(receiver.url, deployed));
  const server = await testServer();
  const namespace = `attack-${process.pid}-${Date.now()}`;
  await server.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await vi.waitFor(() => ensureSearchAttributes(server.connection, namespace), {
    timeout: 30_000,
    interval: 200,
  });
  const client = new Client({
    connection: server.connection,
    namespace,
    dataConverter: { payloadConverterPath },
  });
  const worker = compose({
    catalog: [file],
    directory: data,
    env: { ...process.env, ...canaries.env },
    soleHost: true,
    client: () => client,
    log: quietLog,
  });
  const forged = new Map<string, Forgeries>();
  const running = await vi.waitFor(
    () =>
      startWorker({
        connection: server.nativeConnection,
        namespace,
        activities: orForged(worker.activities, forged),
      }),
    { timeout: 30_000, interval: 200 },
  );
  const loaded = await worker.activities.loadProduct('shop');
  if (!loaded.ok) throw new Error(loaded.problems.join('; '));
  return {
    client,
    namespace,
    server,
    sandbox,
    canaries,
    heard: receiver.heard,
    deployed: () => (existsSync(deployed) ? readFileSync(deployed, 'utf8').trim().split('\n') : []),
    logged,
    digest: loaded.digest,
    commit,
    activities: worker.activities,
    forge: (part, forgeries) => {
      forged.set(part, forgeries);
    },
    historyOf: async (handle) => decoded(await handle.fetchHistory()),
    async end() {
      await running.stop();
      worker.close();
      await server.close();
      await canaries.end();
      await receiver.end();
      await sandbox.remove();
    },
  };
}

/** The product as its people configured it. */
const productOf = (url: string, deployed: string): string =>
  JSON.stringify({
    product: 'shop',
    repository: { path: 'checkout' },
    checks: { unit: 'true' },
    people: { groups: { managers: ['alice', 'bob'] } },
    environments: Object.fromEntries(
      ['staging', 'production'].map((name) => [
        name,
        {
          url,
          script: {
            deploy: name === 'production' ? `echo "$SLUICE_VERSION $SLUICE_COMMIT" >>'${deployed}'` : 'true',
            rollback: 'true',
          },
          health: { path: '/', within: '2s', interval: '50ms' },
          smoke: 'true',
          database: { backup: 'echo data >"$SLUICE_BACKUP"', restoreOnRollback: 'never' },
          monitor: { for: '200ms', every: '50ms' },
          ...(name === 'production' ? { approval: { from: ['managers'] } } : {}),
        },
      ]),
    ),
    policies: { rehearseRollback: false },
    notifications: [{ webhook: `${url}/people` }],
  });

/** Whoever polls faster answers: the attacker always is, where there is a forgery. */
function orForged(real: Activities, forged: ReadonlyMap<string, Forgeries>): Activities {
  return Object.fromEntries(
    Object.entries(real).map(([name, activity]) => [
      name,
      (...args: unknown[]): unknown => {
        const run = activityInfo().workflowExecution?.workflowId ?? '';
        const answers = [...forged].find(([part]) => run.includes(part))?.[1] as
          Record<string, ((...args: unknown[]) => unknown) | undefined> | undefined;
        return answers?.[name]
          ? answers[name](...args)
          : (activity as (...args: unknown[]) => unknown)(...args);
      },
    ]),
  ) as unknown as Activities;
}

/** A history as text, with its payloads readable: they are base64 in Temporal's JSON. */
function decoded(history: unknown): string {
  return JSON.stringify(history, (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
  );
}
