import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivityWorld } from '../support.ts';
import type { ActivityWorld } from '../support.ts';

const target = {
  product: 'shop',
  environment: 'staging',
  version: '1.1.0',
  commit: 'c0ffee',
  previousVersion: '1.0.0',
};
let world: ActivityWorld;
/** Users come in here, to the version before. */
let service: Server;
beforeAll(async () => {
  world = await createActivityWorld();
  service = createServer((_, response) => void response.end('ok'));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  const place = { process: { start: 'true', port }, health: { within: '1s', interval: '50ms' } };
  await world.configure({
    staging: place,
    production: { process: { start: 'true', port: 4200 }, approval: { from: ['managers'] } },
  });
});
afterAll(async () => {
  await new Promise((resolve) => service.close(resolve));
  await world.end();
});

describe('a version that is in no slot any more', () => {
  it('[BG-2] is not healthy because the one that serves is', async () => {
    const { outcome } = world.attempt((activities) =>
      activities.verifyHealth(world.ref('green.verify'), { target, at: 'candidate' }),
    );
    expect(await outcome).toMatchObject({ ok: false, summary: 'v1.1.0 runs in no slot of staging' });
  });

  it('[BG-4] does not pass its tests because the one that serves does', async () => {
    const commit = await world.sandbox.commit('feat: green', {});
    const { outcome } = world.attempt((activities) =>
      activities.checkGreen(world.ref('tests.unit'), { suite: 'unit', target: { ...target, commit } }),
    );
    expect(await outcome).toMatchObject({ ok: false, summary: 'v1.1.0 runs in no slot of staging' });
  });
});
