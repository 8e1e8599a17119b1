import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Activities } from '../../src/activities/index.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import type { EnvironmentConfig, ProductConfig } from '../../src/domain/config/schema.ts';
import type { DeploymentHistoryRow } from '../../src/domain/records/records.ts';
import type { StepRef } from '../../src/domain/run/effect-outcome.ts';
import type { DecisionVerifier } from '../../src/activities/ports/index.ts';
import { compose } from '../../src/workers/compose.ts';
import { createSandbox } from '../adapters/git/sandbox.ts';
import type { Sandbox } from '../adapters/git/sandbox.ts';
import { quietLog } from '../support/log.ts';

/** One attempt of an activity, as Temporal would give it out. */
export interface Attempt<T> {
  readonly outcome: Promise<T>;
  /** The details that were beaten, in order. */
  readonly beaten: unknown[];
  cancel(reason: string): void;
}

/** A product with a repository of its own, and the activities of a worker that really looks after it. */
export interface ActivityWorld {
  readonly sandbox: Sandbox;
  readonly data: string;
  configure(environments: Readonly<Record<string, object>>, more?: object): Promise<ProductConfig>;
  environment(name: string): Promise<EnvironmentConfig>;
  /** A step of a run that goes by the configuration as it is now. */
  ref(step: string, tries?: number): StepRef;
  attempt<T>(
    work: (activities: Activities) => Promise<T>,
    info?: { attempt?: number; heartbeatDetails?: unknown; inWorkflow?: false },
  ): Attempt<T>;
  end(): Promise<void>;
}

const nowhere = { url: 'http://127.0.0.1:1', script: { deploy: 'true', rollback: 'true' } };
/** Two environments whose commands do nothing, where nothing answers; production needs an approval. */
export const stagingAndProduction = {
  staging: nowhere,
  production: { ...nowhere, approval: { from: ['managers'] } },
};

/** @param verifier holds decisions to their proofs, where the worker has one */
export async function createActivityWorld(verifier?: DecisionVerifier): Promise<ActivityWorld> {
  const sandbox = await createSandbox();
  const file = join(sandbox.root, 'sluice.yaml');
  const data = join(sandbox.root, '.sluice');
  await mkdir(data);
  const client = (): never => {
    throw new Error('nothing here asks anything of Temporal');
  };
  const worker = compose({
    catalog: [file],
    directory: data,
    env: process.env,
    soleHost: true,
    client,
    log: quietLog,
    ...(verifier ? { verifier } : {}),
  });
  let current: ProductConfig | undefined;
  let digest = '';
  return {
    sandbox,
    data,
    async configure(environments, more = {}) {
      const text = JSON.stringify({
        product: 'shop',
        repository: { path: 'checkout' },
        people: { groups: { managers: ['alice', 'bob', 'carol'] } },
        environments,
        ...more,
      });
      await writeFile(file, text);
      const parsed = parseProductConfig(text, file);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      digest = parsed.digest;
      return (current = parsed.config);
    },
    environment: (name) => {
      const found = current?.environments[name];
      return found ? Promise.resolve(found) : Promise.reject(new Error(`there is no ${name}`));
    },
    ref: (step, tries = 1) => ({ step, try: tries, run: 'first', product: 'shop', configuration: digest }),
    attempt(work, info = {}) {
      // One that no workflow asks for has no execution.
      const alone = info.inWorkflow === false ? { workflowExecution: undefined } : {};
      const temporal = new MockActivityEnvironment({ ...info, ...alone } as Partial<Info>);
      const beaten: unknown[] = [];
      temporal.on('heartbeat', (details: unknown) => beaten.push(details));
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof work>>>();
      temporal.run(async () => resolve(await work(worker.activities))).catch(reject);
      return {
        outcome: promise,
        beaten,
        cancel: (reason) => {
          temporal.cancel(reason as 'CANCELLED');
        },
      };
    },
    async end() {
      worker.close();
      await sandbox.remove();
    },
  };
}

/** How a deployment of the shop ended, as the deployment history has it. */
export async function writtenDeployment(
  world: ActivityWorld,
  row: Pick<DeploymentHistoryRow, 'version' | 'status' | 'environment' | 'at'>,
): Promise<void> {
  const { version, status, environment } = row;
  await world.attempt((activities) =>
    activities.record([], {
      ...row,
      key: `${version}/${status}/${environment}`,
      run: 'release/shop/1',
      product: 'shop',
      type: 'Release',
      rollback: 'N/A',
      notes: '',
    }),
  ).outcome;
}

/** What somebody pushed to a branch of their own, and nobody decided on. */
export async function foreignCommit(sandbox: Sandbox, branch = 'mine'): Promise<string> {
  await sandbox.git(['checkout', '--quiet', '-B', branch, 'main']);
  await writeFile(join(sandbox.checkout, 'mine.txt'), branch);
  await sandbox.git(['add', '--all']);
  await sandbox.git(['commit', '--quiet', '-m', `feat: ${branch}`]);
  const commit = await sandbox.git(['rev-parse', 'HEAD']);
  await sandbox.git(['push', '--quiet', 'origin', branch]);
  await sandbox.git(['checkout', '--quiet', 'main']);
  return commit;
}
