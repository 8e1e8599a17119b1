import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InquiryAnswer } from '../../src/domain/flows/inquiry.ts';
import type { RunResult, RunStatus } from '../../src/domain/run/status.ts';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { startGitHubStandIn } from '../support/github-stand-in.ts';
import type { GitHubStandIn } from '../support/github-stand-in.ts';
import { healthyService } from './support/healthy-service.ts';
import { createTinyProduct } from './support/product.ts';
import type { TinyProduct } from './support/product.ts';
import { failedTasks } from '../support/failed-tasks.ts';
import { approve, startRelease, stepStates } from './support/runs.ts';
import type { TestRun } from './support/runs.ts';
import { createWorld } from './support/world.ts';

/**
 * Many releases in one worker, each stopped at another place; then one SIGKILL for all of them. What was held goes on while no worker
 * is there, or only after the next one has come. Afterwards every release must have done exactly what one does that nobody killed.
 */
interface Scenario {
  readonly at: string;
  /** The effect that is going on when the worker dies. */
  readonly held?: string;
  /** It ends before the next worker starts; otherwise the next worker finds it running. */
  readonly endsAlone?: boolean;
  /** The smoke test in production fails, so production is rolled back. */
  readonly rollsBack?: boolean;
  readonly monitor?: string;
  /** The code host is GitHub, which has published the release and never says so. */
  readonly onGitHub?: boolean;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  checks: { at: 'during tests', held: 'readiness.unit' },
  staging: { at: 'during the deployment to staging', held: 'staging.deploy', endsAlone: true },
  waiting: { at: 'while waiting for approval' },
  backup: { at: 'during the backup', held: 'production.backup', endsAlone: true },
  deploy: { at: 'during the deployment to production', held: 'production.deploy' },
  migrate: { at: 'during the migration', held: 'production.migrate', endsAlone: true },
  monitor: { at: 'during monitoring', monitor: '6s', held: 'production.smoke' },
  merge: { at: 'while the merge is being pushed', held: 'pre-receive.main', endsAlone: true },
  merged: { at: 'after the merge, before the run knows of it', held: 'post-receive.main', endsAlone: true },
  tag: { at: 'between merge and tag', held: 'pre-receive.v0.1.0' },
  publish: { at: 'after publishing, before the run knows of it', onGitHub: true },
  rollback: { at: 'during a rollback', held: 'production.rollback', rollsBack: true },
  restore: {
    at: 'while the database is restored',
    held: 'production.restore',
    endsAlone: true,
    rollsBack: true,
  },
};
const names = Object.keys(scenarios);
const undisturbed = { released: 'undisturbed', rolledBack: 'undisturbed-rollback' } as const;

const world = createWorld('commands');
const products = new Map<string, TinyProduct>();
const runs = new Map<string, TestRun>();
const ends = new Map<string, { result: RunResult; status: RunStatus; failed: readonly string[] }>();
let client: Client;
let github: GitHubStandIn;

const product = (name: string): TinyProduct => products.get(name) ?? expect.unreachable(name);
const run = (name: string): TestRun => runs.get(name) ?? expect.unreachable(name);
const end = (name: string) => ends.get(name) ?? expect.unreachable(name);
const scenario = (name: string): Scenario =>
  scenarios[name] ?? { at: 'never', rollsBack: name === undisturbed.rolledBack };
/** Held before anybody is asked. */
const early = ['checks', 'staging'];

beforeAll(async () => {
  github = await startGitHubStandIn();
  world.onEnd(() => github.stop());
  // GitHub would see the tag that the run pushes; the stand-in has no repository behind it.
  github.state.tags.set('v0.1.0', '0'.repeat(40));
  github.inject({ on: 'POST /repos/{owner}/{repo}/releases', lose: 'hang' });
  const url = await healthyService(world);
  for (const name of [...names, ...Object.values(undisturbed)]) {
    products.set(
      name,
      createTinyProduct({
        directory: world.root,
        name,
        configure: (tiny) => configuration(tiny, url, scenario(name)),
      }),
    );
  }
  const { address } = await world.server();
  client = await world.client(address);
  const configs = [...products.values()].map(({ config }) => config);
  const startWorker = () =>
    world.worker(['worker', address, world.data, ...configs], { GITHUB_TOKEN: github.token });

  const worker = await startWorker();
  await Promise.all([...products.keys()].map(reachItsPlace));
  await releaseUndisturbed();
  await watchBegins('monitor');
  await worker.kill();
  for (const name of names) if (scenario(name).endsAlone) letGo(name);

  await startWorker();
  await Promise.all(
    names.map(async (name) => {
      const { held, endsAlone } = scenario(name);
      // The next worker has found the command that still runs.
      if (held && !endsAlone) await run(name).until('answer', () => true);
      letGo(name);
      if (name === 'waiting' || early.includes(name)) await approve(run(name), 'alice', 120_000);
      await note(name);
    }),
  );
}, 300_000);
afterAll(() => world.end());

async function reachItsPlace(name: string): Promise<void> {
  const { held, onGitHub } = scenario(name);
  if (held) product(name).hold(held);
  runs.set(name, await startRelease(client, name, '0.1.0'));
  const waits = (status: RunStatus): boolean => status.gates.length > 0;
  if (name === 'waiting') await run(name).until('wait for approval', waits, 150_000);
  else if (!early.includes(name)) await approve(run(name), 'alice', 150_000);
  if (held) await product(name).begun(held);
  if (onGitHub)
    await vi.waitFor(() => expect(github.state.releases).toHaveLength(1), { timeout: 60_000, interval: 100 });
}

async function releaseUndisturbed(): Promise<void> {
  await Promise.all(Object.values(undisturbed).map(note));
}

async function watchBegins(name: string): Promise<void> {
  letGo(name);
  await run(name).until('watch production', (status) =>
    status.steps.some((step) => step.id === 'production.monitor' && step.state === 'running'),
  );
}

function letGo(name: string): void {
  const { held } = scenario(name);
  if (held) product(name).letGo(held);
}

async function note(name: string): Promise<void> {
  const result = await run(name).result();
  ends.set(name, { result, status: await run(name).status(), failed: await failedTasks(run(name)) });
}

describe('a worker that is killed and comes back', () => {
  it.each(names.map((name) => [scenario(name).at, name] as const))(
    '[PL-1] killed %s, every command ran once and the outcome is the same',
    (_, name) => {
      const like = end(scenario(name).rollsBack ? undisturbed.rolledBack : undisturbed.released);
      const now = end(name);
      expect(now.result.outcome).toBe(like.result.outcome);
      expect(stepStates(now.status)).toEqual(stepStates(like.status));
      expect(product(name).happened()).toEqual(
        product(scenario(name).rollsBack ? undisturbed.rolledBack : undisturbed.released).happened(),
      );
      expect(now.failed).toEqual([]);
    },
  );

  it('[PL-1] [RW-11] main has one merge and one tag, and the release branch is gone', () => {
    for (const name of names.filter((one) => !scenario(one).rollsBack)) {
      const { git } = product(name);
      expect(git('log', '--merges', '--format=%s', 'main'), name).toBe(`Merge release/${name}/v0.1.0`);
      expect(git('for-each-ref', '--format=%(refname)').split('\n'), name).toEqual([
        'refs/heads/main',
        'refs/tags/v0.1.0',
      ]);
    }
  });

  it('[PL-1] [RW-11] GitHub has one release, although its answer never came', () => {
    expect(github.state.releases.map(({ tag }) => tag)).toEqual(['v0.1.0']);
  });

  it('[PL-1] [RW-10] production was watched for the whole time, over the death of who watched', () => {
    const step = end('monitor').status.steps.find(({ id }) => id === 'production.monitor');
    expect(step?.summary).toMatch(/^watched for (6|7|8|9)(\.\d+)?s/);
  });

  it('[PL-1] [DW-13] the history has one line a release', async () => {
    const answer = await client.workflow.execute<() => Promise<InquiryAnswer>>('inquiry', {
      args: [{ kind: 'history', limit: 100 }] as unknown as [],
      taskQueue,
      workflowId: 'inquiry/history',
    });
    expect(answer.kind === 'history' && answer.rows.map((row) => row.run).sort()).toEqual(
      [...runs.values()].map(({ handle }) => handle.workflowId).sort(),
    );
  });
});

function configuration(tiny: TinyProduct, url: string, { rollsBack, monitor = '300ms', onGitHub }: Scenario) {
  const health = { interval: '50ms', healthyAfter: 2, within: '20s' };
  const codeHost = onGitHub
    ? { github: { repository: github.repository, token: 'env:GITHUB_TOKEN', apiUrl: github.url } }
    : 'local';
  return {
    repository: { remote: tiny.remote, codeHost },
    checks: { unit: tiny.command('readiness.unit') },
    environments: {
      staging: {
        url,
        health,
        script: { deploy: tiny.command('staging.deploy'), rollback: tiny.command('staging.rollback') },
      },
      production: {
        url,
        health,
        script: { deploy: tiny.command('production.deploy'), rollback: tiny.command('production.rollback') },
        smoke: `${tiny.command('production.smoke')}${rollsBack ? '; exit 1' : ''}`,
        database: {
          backup: `${tiny.command('production.backup')}; echo rows >"$SLUICE_BACKUP"`,
          migrate: tiny.command('production.migrate'),
          restore: tiny.command('production.restore'),
          restoreOnRollback: 'if-migrated',
        },
        approval: { from: ['managers'] },
        monitor: { for: monitor, every: '100ms' },
      },
    },
  };
}
