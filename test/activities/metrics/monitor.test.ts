import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivityWorld } from '../support.ts';
import type { ActivityWorld } from '../support.ts';

const target = {
  product: 'shop',
  environment: 'production',
  version: '1.1.0',
  commit: 'c0ffee',
  previousVersion: undefined,
};
let world: ActivityWorld;
let service: Server;
let address: string;
/** What the metrics page answers. */
let page: (answers: number) => { status: number; text: string };

beforeAll(async () => {
  world = await createActivityWorld();
  let answers = 0;
  service = createServer(({ url }, response) => {
    if (url !== '/metrics') return void response.end('ok');
    const { status, text } = page((answers += 1));
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => service.close(resolve));
  await world.end();
});

async function monitor(scrape: string | undefined) {
  const watched = { for: '400ms', every: '40ms', ...(scrape ? { scrape } : {}) };
  const script = { deploy: 'true', rollback: 'true' };
  await world.configure({
    staging: { url: address, script },
    production: { url: address, script, monitor: watched, approval: { from: ['managers'] } },
  });
  return world.attempt((activities) => activities.monitor(world.ref('production.monitor'), { target }))
    .outcome;
}

const counted = (requests: number) => ({
  status: 200,
  text: `sluice_router_requests_total{version="1.1.0",code="200"} ${requests}\n`,
});

describe('[RW-10] at the end of the monitoring time', () => {
  it('a version that was seen to do well holds', async () => {
    page = (answers) => counted(answers * 100);
    const outcome = await monitor(`${address}/metrics`);
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.value?.issue).toBeUndefined();
  });

  it('nothing is known where the metrics could not be read: that is no release and no fault of the version', async () => {
    page = () => ({ status: 500, text: '' });
    const outcome = await monitor(`${address}/metrics`);
    expect(outcome.ok).toBe(false);
    expect(outcome.value?.issue).toBeUndefined();
    expect(outcome.summary).toMatch(/the metrics could not be read in (\d+) of \1 samples$/);
  });

  it('a failure in between is said, and no more', async () => {
    page = (answers) => (answers % 4 === 0 ? { status: 500, text: '' } : counted(answers * 100));
    const outcome = await monitor(`${address}/metrics`);
    expect(outcome).toMatchObject({
      ok: true,
      summary: expect.stringMatching(/\d of them because the metrics could not be read$/) as string,
    });
  });

  it('a quiet product can be released', async () => {
    page = () => counted(7);
    expect(await monitor(`${address}/metrics`)).toMatchObject({
      ok: true,
      summary: expect.stringMatching(/(\d+) of \1 samples had no traffic data$/) as string,
    });
  });

  it('without metrics it says that only health was watched', async () => {
    expect(await monitor(undefined)).toMatchObject({
      ok: true,
      summary: expect.stringContaining('only its health was watched') as string,
    });
  });
});
