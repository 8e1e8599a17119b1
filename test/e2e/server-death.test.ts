import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endGroup, identify } from '../../src/adapters/processes/identity.ts';
import { healthyService } from './support/healthy-service.ts';
import { createTinyProduct } from './support/product.ts';
import type { TinyProduct } from './support/product.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import { approve, startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import type { WorkerProcess } from './support/worker.ts';
import { createWorld } from './support/world.ts';

const world = createWorld('server');
let client: Client;
let worker: WorkerProcess;
let waiting: { tiny: TinyProduct; run: TestRun };
let deploying: { tiny: TinyProduct; run: TestRun };

/** One run waits for approval and one deploys, when the server is killed. The deployment ends while there is no server. */
beforeAll(async () => {
  const url = await healthyService(world);
  const create = (name: string): TinyProduct =>
    createTinyProduct({ directory: world.root, name, configure: (tiny) => configuration(tiny, url) });
  const [one, other] = [create('waiting'), create('deploying')];
  const first = await world.server({ inMemory: false });
  client = await world.client(first.address);
  worker = await world.worker(['worker', first.address, world.data, one.config, other.config]);
  waiting = { tiny: one, run: await startRelease(client, 'waiting', '0.1.0') };
  other.hold('production.deploy');
  deploying = { tiny: other, run: await startRelease(client, 'deploying', '0.1.0') };
  await approve(deploying.run);
  await other.begun('production.deploy');
  await waiting.run.until('wait for approval', ({ gates }) => gates.length > 0);

  const identity = identify(first.pid);
  if (!identity) throw new Error('the server is not there');
  process.kill(first.pid, 'SIGKILL');
  await endGroup(identity, 0);
  other.letGo('production.deploy');
  await vi.waitFor(() => expect(other.happened()).toContain('end production.deploy'));
  await world.server({ inMemory: false, port: Number(first.address.split(':')[1]) });
}, 120_000);
afterAll(() => world.end());

describe('a Temporal server that is killed and comes back', () => {
  it('[PL-1] what ended without a server counts, once', async () => {
    expect(await deploying.run.result()).toMatchObject({ outcome: 'succeeded' });
    expect(deploying.tiny.happened().filter((line) => line.startsWith('begin'))).toEqual([
      'begin staging.deploy',
      'begin production.deploy',
      ...['pre-receive.main', 'post-receive.main', 'pre-receive.v0.1.0', 'post-receive.v0.1.0'].map(
        (hook) => `begin ${hook}`,
      ),
    ]);
    expect(await failedTasks(deploying.run)).toEqual([]);
  });

  it('[PL-1] a run that waited goes on waiting, and is approved', async () => {
    await approve(waiting.run);
    expect(await waiting.run.result()).toMatchObject({ outcome: 'succeeded' });
  });

  it('[PL-1] the worker waited, and is still the same process', () => {
    expect(worker.exit()).toBeNull();
  });
});

function configuration(tiny: TinyProduct, url: string) {
  const health = { interval: '50ms', within: '20s' };
  return {
    environments: {
      staging: { url, health, script: { deploy: tiny.command('staging.deploy'), rollback: 'true' } },
      production: {
        url,
        health,
        script: { deploy: tiny.command('production.deploy'), rollback: 'true' },
        approval: { from: ['managers'] },
        monitor: { for: '300ms', every: '100ms' },
      },
    },
  };
}
