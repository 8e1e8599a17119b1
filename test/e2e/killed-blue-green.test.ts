import { readdirSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import type { Rounds } from './support/kill-rounds.ts';
import type { Killed, Place, Subject } from './support/killed.ts';
import {
  endOf,
  expectOneVersionEach,
  expectServed,
  killEach,
  killedAt,
  reconfigure,
} from './support/killed.ts';
import type { TinyProduct } from './support/product.ts';
import { runOf } from './support/runs.ts';
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
import { inSweep } from './support/sweep.ts';
import { createWorld } from './support/world.ts';

/**
 * Green is `two-broken`, which its tests find, and `two` once the driver has mended it; blue is `one`. Three times all products reach a
 * place, each another step, and one SIGKILL hits them all. `npm test` takes those of `always`, `npm run test:faults` all of them.
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
    [atGreen, command('green.migrate', 'migrate')],
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
    [command('docs.commit', 'post-receive.main', 2)],
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

/** What others show as well is left to the sweep. */
const always = ['inputs', 'installed', 'migrated', 'verified', 'blue-looked-at', 'rejected'];
const names = Object.keys(scenarios).filter((name) => inSweep || always.includes(name));
const roundsOf = (name: string): Rounds => scenarios[name] ?? expect.unreachable(name);
const promoted = names.filter((name) => name !== 'rejected');

const world = createWorld('killed-blue-green');
let killed: (name: string) => Killed;

beforeAll(async () => {
  killed = await killEach(world, names.map(subjectOf));
}, 600_000);
afterAll(() => world.end());

const subjectOf = (name: string): Subject => ({
  name,
  rounds: roundsOf(name),
  files: { 'release.txt': 'one\n', 'requirements.md': '# Requirements\n\nIt says its name.\n' },
  configure: configuration,
  prepare,
  begin,
});

function prepare(one: Killed): void {
  one.tiny.commit('feat: more of it', { 'release.txt': 'two-broken\n' });
  const stops = roundsOf(one.tiny.name).flat();
  if (!stops.some(({ step }) => step === 'green.watch')) return;
  reconfigure(one, (config) => {
    config.environments.production.monitor.for = '8s';
    return config;
  });
}

async function begin({ tiny }: Killed, client: Client): Promise<TestRun> {
  const handle = await client.workflow.start('blueGreen', {
    args: [{ product: tiny.name, by: 'carol' }],
    taskQueue,
    workflowId: `blue-green/${tiny.name}/killed`,
  });
  return runOf(handle);
}

describe('a worker that is killed at each phase of a blue/green deployment', () => {
  it.each(promoted.map((name) => [killedAt(roundsOf(name)), name] as const))(
    '[BG-7] [BG-8] [BY-8] killed at %s: green takes over, no request failed, each effect happened once',
    async (_, name) => {
      const { result, status, failed } = endOf(killed(name));
      expect(result).toMatchObject({ outcome: 'succeeded', measures: { fixes: 1, reviewRounds: 1 } });
      expect(failed).toEqual([]);
      expect(status.rollout?.weights ?? {}).toEqual({ [result.version ?? '']: 100 });
      expect(await servingVersion(world.data, name)).toBe(result.version);
      expectServed(killed(name), ['one', 'two']);
      expect(effectsOf(name)).toEqual([...upToTheReview(name), 'begin stop.one'].sort());
      const { git } = killed(name).tiny;
      expect(git('log', '--merges', '--first-parent', '--format=%s', 'main').split('\n')).toEqual([
        expect.stringMatching(/^Merge blue-green\//),
        `Merge release/${name}/v0.1.0`,
      ]);
      expect(fixesOn(name, 'main')).toEqual(['fix: the name is right again']);
      expect(git('for-each-ref', '--format=%(refname)', 'refs/heads').split('\n')).toEqual([
        'refs/heads/main',
      ]);
      expect(readdirSync(documentsOf(killed(name)))).toEqual(['deployment-notes.md']);
    },
  );

  it('[BG-9] [BY-8] killed while green is stopped, which people did not want: blue serves, the fixes are on their branch', async () => {
    const { result, failed } = endOf(killed('rejected'));
    expect(result).toMatchObject({ outcome: 'rejected' });
    expect(failed).toEqual([]);
    expect(await servingVersion(world.data, 'rejected')).toBe('0.1.0');
    expectServed(killed('rejected'), ['one']);
    expect(effectsOf('rejected')).toEqual([...upToTheReview('rejected'), 'begin stop.two'].sort());
    const { git } = killed('rejected').tiny;
    expect(git('log', '--merges', '--format=%s', 'main')).toBe('Merge release/rejected/v0.1.0');
    const [branch = ''] = git('for-each-ref', '--format=%(refname)', 'refs/heads/blue-green').split('\n');
    expect(fixesOn('rejected', branch)).toEqual(['fix: the name is right again']);
    expect(readdirSync(documentsOf(killed('rejected')))).toEqual(['deployment-notes.md']);
  });

  it('nothing that was started goes on but one version of each product', () => {
    expectOneVersionEach(world, names);
  });
});

/** Hooks run once a push, and an attempt that was cut off pushes again: what the repository has in the end is what counts. */
const effectsOf = (name: string): string[] =>
  killed(name)
    .tiny.happened()
    .filter((line) => line.startsWith('begin ') && !line.includes('-receive.'))
    .sort();

const upToTheReview = (name: string): string[] =>
  [
    ...['one', 'two-broken', 'two'].flatMap((each) => [`install.${each}`, `start.${each}`]),
    ...['tests.two-broken', 'tests.two'],
    ...(migrates(name) ? ['backup', 'migrate'] : []),
    'driver',
    'driver-ends',
    'stop.two-broken',
    'review.first',
    'review.second',
    'review.senior',
    'review.young',
  ].map((each) => `begin ${each}`);

const fixesOn = (name: string, ref: string): string[] =>
  killed(name)
    .tiny.git('log', '--format=%s', ref)
    .split('\n')
    .filter((subject) => subject.startsWith('fix:'));

const migrates = (name: string): boolean => name === 'migrated';

function configuration(tiny: TinyProduct, { staging, port }: Place) {
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
