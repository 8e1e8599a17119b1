import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunResult, RunStatus } from '../../src/domain/run/status.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { freeLowPorts } from '../support/free-ports.ts';
import { healthyService } from './support/healthy-service.ts';
import { heldService } from './support/held-service.ts';
import type { Held, Rounds } from './support/kill-rounds.ts';
import { killInRounds } from './support/kill-rounds.ts';
import { startedBelow } from './support/leftovers.ts';
import { startLoad } from './support/load.ts';
import { createTinyProduct } from './support/product.ts';
import type { TinyProduct } from './support/product.ts';
import { approve, failedTasks, runOf, startRelease } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import { servingVersion } from './support/serving.ts';
import {
  command,
  documentsOf,
  ending,
  fetching,
  gate,
  locked,
  passing,
  undocumented,
  unhealthy,
} from './support/stops.ts';
import { createWorld } from './support/world.ts';

/**
 * Green is `two-broken`, which its tests find, and `two` once the driver has mended it; blue is `one`. Three times all products reach a
 * place, each another step, and one SIGKILL hits them all.
 */
const atGreen = gate('approval.green', 'green');
const atProduction = gate('approval.production', 'production');
const scenarios: Readonly<Record<string, Rounds>> = {
  inputs: [
    [fetching('prepare.inputs')],
    [atGreen, command('fix.driver', 'driver')],
    [atProduction, locked('green.promote')],
  ],
  described: [
    [atGreen],
    [command('fix.driver', 'driver-ends')],
    [atProduction, unhealthy('green.health', 'public', 'two')],
  ],
  installed: [
    [atGreen, command('green.deploy', 'install.two-broken')],
    [command('fix.commit', 'pre-receive.fixes')],
    [atProduction, unhealthy('green.health', 'public', 'two'), passing('green.watch')],
  ],
  started: [
    [atGreen, command('green.deploy', 'start.two-broken')],
    [command('fix.commit', 'post-receive.fixes')],
    [atProduction, unhealthy('green.health', 'public', 'two'), locked('blue.drain')],
  ],
  migrated: [
    [atGreen, command('green.migrate', 'migrate', 2)],
    [command('tests.unit', 'tests.two')],
    [atProduction, ending('blue.stop', 'one')],
  ],
  verified: [
    [atGreen, unhealthy('green.verify', 'direct', 'two-broken')],
    [command('review.trio.first', 'review.first')],
    [atProduction, command('docs.merge', 'pre-receive.main')],
  ],
  tested: [
    [atGreen, command('tests.unit', 'tests.two-broken')],
    [command('review.senior', 'review.senior')],
    [atProduction, command('docs.merge', 'post-receive.main')],
  ],
  'blue-looked-at': [
    [atGreen, unhealthy('blue.health', 'public', 'one')],
    [command('review.juniors.young', 'review.young')],
    [atProduction, undocumented('docs.notes')],
  ],
  redeployed: [
    [atGreen, locked('green.deploy')],
    [command('green.deploy', 'start.two')],
    [atProduction, command('docs.branch', 'pre-receive.fixes', 2)],
  ],
  rejected: [
    [atGreen, command('fix.driver', 'driver')],
    [
      {
        ...atProduction,
        letGo: async ({ run }) => {
          expect(await run().decide('reject', { by: 'alice', gate: 'production' })).toMatchObject({
            accepted: true,
          });
        },
      },
    ],
    [ending('rollback.stop-green', 'two')],
  ],
};

const names = Object.keys(scenarios);
const roundsOf = (name: string): Rounds => scenarios[name] ?? expect.unreachable(name);
const promoted = names.filter((name) => name !== 'rejected');

interface Entry extends Held {
  readonly url: string;
  current?: TestRun;
  end?: { result: RunResult; status: RunStatus; failed: readonly string[] };
}

const world = createWorld('killed-blue-green');
const entries = new Map<string, Entry>();
const entry = (name: string): Entry => entries.get(name) ?? expect.unreachable(name);
const endOf = (name: string) => entry(name).end ?? expect.unreachable(`${name} has not ended`);
let client: Client;
let servedAlone: Awaited<ReturnType<typeof killInRounds>>;

beforeAll(async () => {
  const staging = await healthyService(world);
  const ports = await freeLowPorts(names.length);
  for (const [index, name] of names.entries()) {
    const port = ports[index] ?? 0;
    const tiny = createTinyProduct({
      directory: world.root,
      name,
      files: {
        'service.mjs': heldService(world.within(name)),
        'release.txt': 'one\n',
        'requirements.md': '# Requirements\n\nIt says its name.\n',
      },
      configure: (one) => configuration(one, { staging, port }),
    });
    const one: Entry = {
      tiny,
      url: `http://127.0.0.1:${port}`,
      data: world.data,
      onEnd: (clean) => world.onEnd(clean),
      run: () => one.current ?? expect.unreachable(`${name} has no run`),
    };
    entries.set(name, one);
  }
  const { address } = await world.server();
  client = await world.client(address);
  const start = () =>
    world.worker(['worker', address, world.data, ...[...entries.values()].map(({ tiny }) => tiny.config)]);
  let worker = await start();
  await Promise.all(names.map(releaseBlue));
  await Promise.all(names.map(begin));
  servedAlone = await killInRounds(
    new Map(names.map((name) => [name, { held: entry(name), rounds: roundsOf(name) }])),
    async () => {
      await worker.kill();
      worker = await start();
    },
  );
  await Promise.all(names.map(finish));
}, 600_000);
afterAll(() => world.end());

async function releaseBlue(name: string): Promise<void> {
  const run = await startRelease(client, name, '0.1.0');
  await approve(run, 'alice', 240_000);
  expect(await run.result()).toMatchObject({ outcome: 'succeeded' });
  const one = entry(name);
  const load = startLoad(one.url, 1, 50);
  one.load = load;
  world.onEnd(() => load.stop());
  one.tiny.commit('feat: more of it', { 'release.txt': 'two-broken\n' });
  if (
    roundsOf(name)
      .flat()
      .some(({ step }) => step === 'green.watch')
  ) {
    const config = JSON.parse(readFileSync(one.tiny.config, 'utf8')) as ReturnType<typeof configuration>;
    config.environments.production.monitor.for = '8s';
    writeFileSync(one.tiny.config, JSON.stringify(config));
  }
}

async function begin(name: string): Promise<void> {
  const one = entry(name);
  await roundsOf(name)[0]?.[0]?.hold?.(one);
  const handle = await client.workflow.start('blueGreen', {
    args: [{ product: name, by: 'carol' }],
    taskQueue,
    workflowId: `blue-green/${name}/killed`,
  });
  one.current = runOf(client, handle);
}

async function finish(name: string): Promise<void> {
  const one = entry(name);
  const run = one.run();
  await run.until('answer', () => true);
  await one.at?.letGo?.(one);
  const result = await run.result();
  one.end = { result, status: await run.status(), failed: await failedTasks(run) };
  const then = one.load?.served() ?? 0;
  await vi.waitFor(() => expect(one.load?.served()).toBeGreaterThan(then + 10), { timeout: 10_000 });
  await one.load?.stop();
}

const killedAt = (name: string): string =>
  roundsOf(name)
    .map((stops) => stops.at(-1)?.step ?? '')
    .join(', ');

describe('a worker that is killed at each phase of a blue/green deployment', () => {
  it.each(promoted.map((name) => [killedAt(name), name] as const))(
    '[BG-7] [BG-8] [BY-8] killed at %s: green takes over, no request failed, each effect happened once',
    async (_, name) => {
      const { result, status, failed } = endOf(name);
      expect(result).toMatchObject({ outcome: 'succeeded', measures: { fixes: 1, reviewRounds: 1 } });
      expect(failed).toEqual([]);
      expect(status.rollout?.weights ?? {}).toEqual({ [result.version ?? '']: 100 });
      expect(await servingVersion(world.data, name)).toBe(result.version);
      users(name, ['one', 'two']);
      expect(effectsOf(name)).toEqual([...upToTheReview(name), 'begin stop.one'].sort());
      const { git } = entry(name).tiny;
      expect(git('log', '--merges', '--first-parent', '--format=%s', 'main').split('\n')).toEqual([
        expect.stringMatching(/^Merge blue-green\//),
        `Merge release/${name}/v0.1.0`,
      ]);
      expect(fixesOn(name, 'main')).toEqual(['fix: the name is right again']);
      expect(git('for-each-ref', '--format=%(refname)', 'refs/heads').split('\n')).toEqual([
        'refs/heads/main',
      ]);
      expect(readdirSync(documentsOf(entry(name)))).toEqual(['deployment-notes.md']);
    },
  );

  it('[BG-9] [BY-8] killed while green is stopped, which people did not want: blue serves, the fixes are on their branch', async () => {
    const { result, failed } = endOf('rejected');
    expect(result).toMatchObject({ outcome: 'rejected' });
    expect(failed).toEqual([]);
    expect(await servingVersion(world.data, 'rejected')).toBe('0.1.0');
    users('rejected', ['one']);
    expect(effectsOf('rejected')).toEqual([...upToTheReview('rejected'), 'begin stop.two'].sort());
    const { git } = entry('rejected').tiny;
    expect(git('log', '--merges', '--format=%s', 'main')).toBe('Merge release/rejected/v0.1.0');
    const [branch = ''] = git('for-each-ref', '--format=%(refname)', 'refs/heads/blue-green').split('\n');
    expect(fixesOn('rejected', branch)).toEqual(['fix: the name is right again']);
    expect(readdirSync(documentsOf(entry('rejected')))).toEqual(['deployment-notes.md']);
  });

  it('nothing that was started goes on but one version of each product', () => {
    const left = startedBelow(world.root);
    expect(left.filter(({ instance }) => !instance)).toEqual([]);
    for (const name of names)
      expect(
        left.filter(({ directory }) => directory.includes(`/${name}/production/`)),
        name,
      ).toHaveLength(1);
    expect(left).toHaveLength(names.length);
  });
});

function users(name: string, versions: readonly string[]): void {
  const { load } = entry(name);
  expect(load?.failures()).toEqual([]);
  expect(load?.versions()).toEqual(versions);
  for (const served of servedAlone.get(name) ?? expect.unreachable(name))
    expect(served, 'served while no worker was there').toBeGreaterThan(10);
}

/** Hooks run once a push, and an attempt that was cut off pushes again: what the repository has in the end is what counts. */
const effectsOf = (name: string): string[] =>
  entry(name)
    .tiny.happened()
    .filter((line) => line.startsWith('begin ') && !line.includes('-receive.'))
    .sort();

const upToTheReview = (name: string): string[] =>
  [
    ...['one', 'two-broken', 'two'].flatMap((each) => [`install.${each}`, `start.${each}`, `tests.${each}`]),
    ...(migrates(name) ? ['backup', 'backup', 'migrate', 'migrate'] : []),
    'driver',
    'driver-ends',
    'stop.two-broken',
    'review.first',
    'review.second',
    'review.senior',
    'review.young',
  ].map((each) => `begin ${each}`);

const fixesOn = (name: string, ref: string): string[] =>
  entry(name)
    .tiny.git('log', '--format=%s', ref)
    .split('\n')
    .filter((subject) => subject.startsWith('fix:'));

const migrates = (name: string): boolean => name === 'migrated';

function configuration(tiny: TinyProduct, { staging, port }: { staging: string; port: number }) {
  const health = { path: '/health', interval: '100ms', healthyAfter: 2, within: '5m' };
  const named = (effect: string) => tiny.command(`${effect}.$(cat release.txt)`);
  const agent = (work: string, says: object) => ({
    command: { run: `${work} && echo '${JSON.stringify({ status: 'done', ...says })}'`, timeout: '10m' },
  });
  const reviewer = (name: string) =>
    agent(tiny.command(`review.${name}`), { summary: 'read', verdict: 'approve', text: 'It is good.' });
  return {
    checks: { unit: `${named('tests')} && ! grep -q broken release.txt` },
    agents: {
      driver: agent(
        `${tiny.command('driver')} && sed -i s/-broken// release.txt && ${tiny.command('driver-ends')}`,
        { summary: 'the name is right again', artifacts: ['release.txt'] },
      ),
      senior: reviewer('senior'),
      trio: { first: reviewer('first'), second: reviewer('second') },
      juniors: { young: reviewer('young') },
    },
    blueGreen: {
      requirements: 'requirements.md',
      rollbackPlan: 'Blue goes on serving; green is stopped.',
      infrastructure: ['package.json'],
    },
    environments: {
      staging: { url: staging, health, script: { deploy: 'true', rollback: 'true' } },
      production: {
        health,
        process: {
          install: named('install'),
          start: `${named('start')} && RELEASE=$(cat release.txt) exec '${process.execPath}' service.mjs`,
          port,
          startWithin: '5m',
          drain: '5m',
        },
        ...(migrates(tiny.name)
          ? {
              database: {
                backup: `${tiny.command('backup')}; echo rows >"$SLUICE_BACKUP"`,
                migrate: tiny.command('migrate'),
                restoreOnRollback: 'never',
              },
            }
          : {}),
        approval: { from: ['managers'] },
        monitor: { for: '300ms', every: '100ms', maxLatencyRatio: 1000 },
      },
    },
    policies: { rehearseRollback: false },
  };
}
