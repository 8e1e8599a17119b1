import { afterAll, expect, it } from 'vitest';
import { freePorts } from '../support/free-ports.ts';
import { healthyService } from './support/healthy-service.ts';
import { createTinyProduct } from './support/product.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import { approve, startRelease } from './support/runs.ts';
import { createWorld } from './support/world.ts';

/** A worker that is asked to end (SIGTERM, Ctrl-C) while a version starts: nobody may take that for a version that does not start. */
const world = createWorld('stopped');
afterAll(() => world.end());

const service = `
import { createServer } from 'node:http';
createServer((_, response) => response.end(process.env.SLUICE_VERSION)).listen(process.env.PORT, '127.0.0.1');
`;

it('[PL-1] [RW-16] a worker that stops while production starts the version fails no deployment and rolls nothing back', async () => {
  const staging = await healthyService(world);
  const [port = 0] = await freePorts(1);
  const health = { interval: '100ms', healthyAfter: 2, within: '20s' };
  const tiny = createTinyProduct({
    directory: world.root,
    name: 'tiny',
    files: { 'service.mjs': service },
    configure: (product) => ({
      environments: {
        staging: { url: staging, health, script: { deploy: 'true', rollback: 'true' } },
        production: {
          health,
          process: {
            start: `${product.command('start')} && exec '${process.execPath}' service.mjs`,
            port,
            startWithin: '90s',
          },
          approval: { from: ['managers'] },
          monitor: { for: '300ms', every: '100ms' },
        },
      },
    }),
  });
  const { address } = await world.server();
  const client = await world.client(address);
  const startWorker = () => world.worker(['worker', address, world.data, tiny.config]);
  const worker = await startWorker();

  tiny.hold('start');
  const run = await startRelease(client, 'tiny', '0.1.0');
  await approve(run, 'alice', 120_000);
  await tiny.begun('start');
  expect(await worker.stop()).toBe(0);
  await startWorker();
  await run.until('answer', () => true);
  tiny.letGo('start');

  expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
  expect(tiny.happened().filter((line) => line.includes('start'))).toEqual(['begin start', 'end start']);
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('0.1.0');
  expect(await failedTasks(run)).toEqual([]);
}, 300_000);
