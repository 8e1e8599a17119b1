import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthyService } from './support/healthy-service.ts';
import { createTinyProduct } from './support/product.ts';
import type { TinyProduct } from './support/product.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import { startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import type { RunPage } from './support/temporal-ui.ts';
import { openRun } from './support/temporal-ui.ts';
import { createWorld } from './support/world.ts';

const world = createWorld('ui');
let tiny: TinyProduct;
let run: TestRun;
let page: RunPage;

beforeAll(async () => {
  const url = await healthyService(world);
  const health = { interval: '50ms', within: '20s' };
  tiny = createTinyProduct({
    directory: world.root,
    name: 'tiny',
    configure: (product) => ({
      checks: { unit: "echo 'Tests: 12 passed, 12 total'" },
      environments: {
        staging: { url, health, script: { deploy: 'true', rollback: 'true' } },
        production: {
          url,
          health,
          script: { deploy: product.command('production.deploy'), rollback: 'true' },
          approval: { from: ['managers'] },
          monitor: { for: '300ms', every: '100ms' },
        },
      },
    }),
  });
  tiny.commit('fix(page): no <b>shouting</b> in `titles`');
  tiny.hold('production.deploy');
  const { address, uiUrl } = await world.server({ headless: false });
  if (uiUrl === undefined) throw new Error('the server has no UI');
  const client = await world.client(address);
  await world.worker(['worker', address, world.data, tiny.config]);
  run = await startRelease(client, 'tiny', '0.1.0');
  await run.until('wait for approval', ({ gates }) => gates.length > 0);
  page = await openRun(uiUrl, run.handle.workflowId);
  world.onEnd(() => page.close());
});
afterAll(() => world.end());

describe('[PL-3] an approver in the Temporal UI', { timeout: 180_000 }, () => {
  it('reads what is to be decided, on what evidence, by whom, and the signal to send', async () => {
    await page.readDetails();
    const { details } = page;
    await details.getByRole('heading', { name: /^Approval needed:.*tiny v0\.1\.0/ }).waitFor();
    const text = await details.locator('main').innerText();
    expect(text).toMatch(/Who decides: alice, bob – 1 more needed/);
    expect(text).toMatch(/Until: \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC/);
    expect(text).toMatch(/no <b>shouting<\/b> in/);
    for (const heading of ['What is included', 'Evidence', 'Concerns and risks', 'Rollback', 'Release notes'])
      await details.getByRole('heading', { name: heading, exact: true }).waitFor();
    expect(await details.locator('main b').count()).toBe(0);
    await page.screenshot('1-details');
  });

  it.each([
    [
      'by somebody unknown',
      '{"by":"mallory","gate":"production"}',
      {},
      /mallory is not known to this product/,
    ],
    ['without a name', '{"gate":"production"}', {}, /by. is missing: say who you are/],
    ['in another encoding', '{"by":"alice"}', { encoding: 'json/protobuf' } as const, /could not be decoded/],
  ])('sees that an approval %s is refused, and why', async (_, json, options, reason) => {
    await page.sendSignal('approve', json, options);
    await page.detailsShow(reason);
    const { gates, refused } = await run.status();
    expect(gates[0]?.votes).toEqual([]);
    await page.screenshot(`2-refused-${refused.length}`);
  });

  it('sends the signal as it is shown, and the release goes on', async () => {
    const entry = page.details.getByRole('listitem').filter({ hasText: 'signal approve with' });
    await page.sendSignal('approve', await entry.locator('code').last().innerText());
    await tiny.begun('production.deploy');
    await page.detailsShow('Deploy to production');
    expect(await page.details.getByText('Approval needed').count()).toBe(0);
    await page.screenshot('3-approved');
  });

  it('sees that a second approval comes too late', async () => {
    await page.sendSignal('approve', '{"by":"bob","gate":"production"}');
    await page.detailsShow(/by bob: gate production is no longer open/);
    await page.screenshot('4-too-late');
  });

  it('sees how it ended', async () => {
    tiny.letGo('production.deploy');
    expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
    await page.detailsShow(/^succeeded$/);
    await page.showsState('Completed');
    await page.screenshot('5-succeeded');
    expect(await failedTasks(run)).toEqual([]);
  });
});
