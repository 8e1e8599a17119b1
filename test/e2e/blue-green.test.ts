import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '@temporalio/client';
import { agent, agents, shopWithAgents, startBlueGreen, steer } from './support/blue-green.ts';
import type { Load } from './support/load.ts';
import { startLoad } from './support/load.ts';
import { createWorld } from './support/world.ts';

/** The real shop, real agents as programs, real processes behind the real router, and users all the time. */
const world = createWorld('blue-green');
let shop: Awaited<ReturnType<typeof shopWithAgents>>;
let client: Client;
let load: Load;
let main = '';

beforeAll(async () => {
  shop = await shopWithAgents(world);
  const { address } = await world.server();
  client = await world.client(address);
  shop.address = address;
  await world.worker(['worker', address, world.data, shop.config]);
}, 120_000);
afterAll(async () => {
  await load?.stop();
  await world.end();
});

const served = () => ({ failures: load.failures(), on: load.served() > 0 });
const health = async () =>
  (await (await fetch(shop.url.replace('/products', '/health'))).json()) as { version: string };

describe('blue/green with real agents', () => {
  it('[BG-1] [BG-7] the first version: nothing serves before, its migrations run, it is reviewed and promoted', async () => {
    const run = await startBlueGreen(client, 'first');
    await run.approve('green');
    const gate = await run.gate('production');
    expect(gate.details).toContain('passed: unit');
    await run.approve('production');
    expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
    ({ version: main } = await health());
    expect(main).toMatch(/^\d+\.\d+\.\d+-g[0-9a-f]{8}$/);
    load = startLoad(shop.url);
  }, 180_000);

  it('[BG-3] [BG-9] what nobody can mend ends in a question; given up, green is stopped and blue never noticed', async () => {
    const run = await startBlueGreen(client, 'nobody', await shop.branch('missing-package'));
    await run.approve('green');
    const question = await run.gate('fix-loop');
    expect(question.details).toContain('What was tried');
    const { steps } = await run.status();
    const attempts = (id: string) => steps.find((step) => step.id === id)?.attempts;
    expect(attempts('fix.driver')).toBeGreaterThanOrEqual(1);
    expect(attempts('fix.senior')).toBeGreaterThanOrEqual(1);
    expect(attempts('fix.trio.correctness')).toBe(1);
    await run.say('answer', { by: 'alice', choice: 'return-to-development' });
    const result = await run.result();
    expect(result).toMatchObject({ outcome: 'returned-to-development' });
    expect(result.reason).toContain(`production serves v${main}. Next: return to development`);
    expect(shop.readNotes(result)).toContain('green.deploy');
    expect((await health()).version).toBe(main);
    expect(served()).toEqual({ failures: [], on: true });
  }, 180_000);

  it.each([
    ['invalid-json', '2m', 'no JSON'],
    ['claims-fix', '2m', 'no file was changed'],
    ['cheats', '2m', 'changes tests that nobody asked it to change'],
    ['loops', '2s', 'time'],
    ['killed', '2m', 'SIGKILL'],
  ])(
    '[BY-9] [BG-3] a driver that %s gets nowhere, and blue serves all the time',
    async (mode, timeout, says) => {
      shop.configure({
        agents: { driver: agent('misbehaving.mjs', { MISBEHAVE: mode }, timeout), trio: agents.trio },
      });
      const run = await startBlueGreen(client, `misbehaving-${mode}`, await shop.branch('wrong-module'));
      await run.approve('green');
      const question = await run.gate('fix-loop');
      expect(question.details).toContain(says);
      await run.say('abort', { by: 'bob', gate: 'fix-loop' });
      expect(await run.result()).toMatchObject({ outcome: 'aborted' });
      expect((await health()).version).toBe(main);
      expect(served()).toEqual({ failures: [], on: true });
      shop.configure();
    },
    120_000,
  );

  it('[BG-5] [BG-6] what reviewers call critical goes back to development; asked for on the command line', async () => {
    const branch = await shop.branch('insecure');
    const missing = await shop.sluice(
      'start',
      'blue-green',
      '--product',
      'shop',
      '--ref',
      'nowhere',
      '--yes',
    );
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere') as string });
    const started = await shop.sluice(
      'start',
      'blue-green',
      '--product',
      'shop',
      '--ref',
      branch,
      '--yes',
      '--json',
    );
    const id = (JSON.parse(started.stdout) as { run: string }).run;
    expect(id).toMatch(/^blue-green\/shop\/\d+\.\d+\.\d+-g[0-9a-f]{8}$/);
    const run = steer(client, id);
    await run.approve('green');
    const result = await run.result();
    expect(result).toMatchObject({
      outcome: 'returned-to-development',
      measures: { reviewOutcome: 'major-flaws' },
    });
    expect((await health()).version).toBe(main);
    expect(served()).toEqual({ failures: [], on: true });
  }, 180_000);

  it('[BG-3] what the driver alone does not find it mends with advice; rejected, green is stopped', async () => {
    const run = await startBlueGreen(client, 'advised', await shop.branch('lost-thought'));
    await run.approve('green');
    const gate = await run.gate('production');
    const { steps } = await run.status();
    expect(steps.find(({ id }) => id === 'fix.senior')?.attempts).toBeGreaterThanOrEqual(1);
    expect(gate.details).toContain('src/orders.js');
    await run.say('reject', { by: 'bob', gate: 'production', comment: 'not on a Friday' });
    const result = await run.result();
    expect(result).toMatchObject({ outcome: 'rejected', measures: { reviewOutcome: 'consensus' } });
    expect(result.reason).toContain('The fixes so far are on blue-green/shop/');
    expect((await health()).version).toBe(main);
    expect(served()).toEqual({ failures: [], on: true });
  }, 240_000);

  it('[BG-2] [BG-3] [BG-6] [BG-7] [BG-8] [BG-10] a version that ends at once is mended, tested, reviewed, mended again, and takes over without one failed request', async () => {
    const branch = await shop.branch('careless', 'wrong-module');
    await shop.git('commit', '--quiet', '--allow-empty', '-m', 'fix: the order of products\n\nfixes #41');
    await shop.git('push', '--quiet', 'origin', branch);
    const run = await startBlueGreen(client, 'mended', branch);
    await run.approve('green');
    const gate = await run.gate('production');
    expect(gate.details).toContain('src/app.js');
    await run.say('approve', { by: 'bob', gate: 'production', digest: gate.digest });
    const result = await run.result();
    expect(result).toMatchObject({
      outcome: 'succeeded',
      measures: { fixes: 2, reviewRounds: 2, reviewOutcome: 'consensus' },
    });
    expect((await health()).version).toBe(result.version);
    expect(served()).toEqual({ failures: [], on: true });
    // Main has what production runs, and the merge closes what its commits fix.
    expect(await shop.remoteFile('main', 'src/app.js')).toContain("from './orders.js'");
    await shop.git('fetch', '--quiet', 'origin');
    const [version] = await shop
      .git('log', '-1', '--format=%s', 'origin/main')
      .then((said) => said.split(' ').slice(-1));
    expect(await shop.remoteFile('main', `docs/releases/${version ?? ''}.md`)).toBe(shop.readNotes(result));
    expect(await shop.git('log', '-1', '--merges', '--format=%B', 'origin/main')).toContain('fixes #41');
    expect(await shop.git('branch', '--remotes', '--list', 'origin/blue-green/shop/*')).not.toContain(
      run.firstRunId,
    );
    const notes = shop.readNotes(result);
    expect(notes).toMatch(/green\.deploy: .* → [0-9a-f]{10} /);
    expect(notes).toMatch(/review: .* → [0-9a-f]{10} /);
    const { steps } = await run.status();
    expect(steps.filter(({ state }) => state === 'succeeded').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['blue.health', 'fix.commit', 'green.promote', 'blue.drain', 'blue.stop']),
    );
  }, 240_000);

  it('[SI-11] [DW-9] [BG-9] what took over is taken back on the command line: the version before serves again, without one failed request', async () => {
    const { version: bad } = await health();
    const back = await shop.sluice(
      'rollback',
      '--product',
      'shop',
      '--version',
      'previous',
      '--comment',
      'orders are lost',
      '--yes',
    );
    // Carol asked for it, and has no say.
    expect(back).toMatchObject({
      code: 4,
      stdout: expect.stringContaining(`back from v${bad} to v${main}`) as string,
    });
    const run = steer(client, 'rollback/shop/production');
    await run.say('rollback', { by: 'alice' });
    expect(await run.result()).toMatchObject({ outcome: 'succeeded', version: main, previousVersion: bad });
    expect((await health()).version).toBe(main);
    expect(served()).toEqual({ failures: [], on: true });
  }, 120_000);
});
