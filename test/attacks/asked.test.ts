import { Worker } from '@temporalio/worker';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import type { AttackedWorld } from './support/attacked-world.ts';
import { createAttackedWorld } from './support/attacked-world.ts';
import type { attack, Call, Ending } from './support/attacker-workflow.ts';
import { createCanaries } from './support/canaries.ts';
import { evilConfig } from './support/evil-config.ts';
import { generatedInputs } from './support/how-many.ts';
import { generatedCalls, genuineRequests } from './support/requests.ts';

/** Whoever may write to the namespace asks for activities on the workers’ queue. */
let world: AttackedWorld;
let evil: ReturnType<typeof evilConfig>;
/** A worker of the attacker's, with a workflow of their own. */
let attacker: Worker;
let attacking: Promise<void>;
beforeAll(async () => {
  world = await createAttackedWorld();
  evil = evilConfig(world.canaries);
  attacker = await Worker.create({
    connection: world.server.nativeConnection,
    namespace: world.namespace,
    taskQueue: 'attacker',
    workflowsPath: join(import.meta.dirname, 'support/attacker-workflow.ts'),
  });
  attacking = attacker.run();
});
afterAll(async () => {
  attacker.shutdown();
  await attacking;
  await world.end();
});
afterEach(() => {
  expect(world.canaries.seen()).toEqual([]);
});

let attacks = 0;
async function ask(calls: readonly Call[]): Promise<{ endings: readonly Ending[]; history: string }> {
  const handle = await world.client.workflow.start<typeof attack>('attack', {
    taskQueue: 'attacker',
    workflowId: `attack/${(attacks += 1)}`,
    args: [calls],
  });
  return { endings: await handle.result(), history: await world.historyOf(handle) };
}

function holdsNoSecret(history: string): void {
  for (const secret of world.canaries.secrets) expect(history.includes(secret)).toBe(false);
}

/** Refusals that no second attempt follows. */
const refusals = ['InvalidInput', 'UnknownName', 'UnknownConfiguration', 'UnknownProduct'];

it('canaries sing where something of the attacker’s is run or asked', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sluice-canaries-'));
  const canaries = await createCanaries(root);
  expect(canaries.seen()).toEqual([]);
  await execa('/bin/sh', ['-c', canaries.command]);
  await fetch(`${canaries.url}/stolen`);
  expect(canaries.seen()).toEqual(['GET /stolen', expect.stringMatching(/^sang/)]);
  await canaries.end();
  await rm(root, { recursive: true });
});

describe('activities that somebody asks for on the workers’ queue', () => {
  const environment = () => evil.config.environments['production'];
  const ref = (change: object = {}) => ({
    step: 'production.deploy',
    try: 1,
    run: 'first',
    product: 'shop',
    configuration: world.digest,
    ...change,
  });
  const target = (change: object = {}) => ({
    product: 'shop',
    environment: 'staging',
    version: '1.1.0',
    commit: world.commit,
    ...change,
  });
  const message = { key: 'k', event: 'issue', run: 'r', product: 'shop', title: 't', body: 'b', links: [] };

  it('bring no content of a configuration, as it was before they took names', async () => {
    const { config } = evil;
    const asked: Call[] = [
      {
        activity: 'runCheck',
        args: [
          ref(),
          { name: 'unit', checks: [config.checks.unit], target: target(), url: world.canaries.url },
        ],
      },
      {
        activity: 'runCheck',
        args: [ref(), { suite: 'unit', target: target(), checks: [config.checks.unit] }],
      },
      { activity: 'deploy', args: [ref(), { environment: environment(), target: target() }] },
      { activity: 'rollBack', args: [ref(), { environment: environment(), target: target(), to: null }] },
      {
        activity: 'database',
        args: [ref(), 'migrate', { environment: environment(), target: target(), backupKey: 'x' }],
      },
      { activity: 'monitor', args: [ref(), { environment: environment(), target: target() }] },
      {
        activity: 'verifyHealth',
        args: [ref(), { environment: environment(), target: target(), at: 'public' }],
      },
      {
        activity: 'publishRelease',
        args: [ref(), { config, version: '1.1.0', title: 't', notes: '', prerelease: false }],
      },
      { activity: 'openIssue', args: [ref(), { config, title: 't', body: 'b', severity: 'high', key: 'k' }] },
      {
        activity: 'askAgent',
        args: [
          ref(),
          { role: 'driver', agent: config.agents.driver, product: 'shop', task: 't', inputs: {} },
        ],
      },
      ...config.notifications.map((channel): Call => ({
        activity: 'deliver',
        args: [ref(), channel, message],
      })),
      { activity: 'deliver', args: [ref(), { pagerduty: { routingKey: 'file:/etc/passwd' } }, message] },
    ];
    const { endings, history } = await ask(asked);
    for (const { activity, type, retried } of endings)
      expect({ activity, type, retried }).toEqual({ activity, type: 'InvalidInput', retried: false });
    holdsNoSecret(history);
  });

  it('name nothing that the product does not have, and no branch that is not Sluice’s own', async () => {
    const released = { version: '1.1.0', commit: world.commit };
    const { endings } = await ask([
      { activity: 'retire', args: [ref(), { target: target({ environment: 'constructor' }) }] },
      { activity: 'retire', args: [ref(), { target: target({ product: 'other' }) }] },
      { activity: 'runCheck', args: [ref(), { suite: 'security', target: target() }] },
      { activity: 'whatRuns', args: [ref(), { environment: 'nowhere' }] },
      { activity: 'deliver', args: [ref(), 7, message] },
      { activity: 'deleteReleaseBranch', args: [ref(), { ...released, branch: 'main' }] },
      { activity: 'mergeToMain', args: [ref(), { ...released, branch: 'evil' }] },
    ]);
    expect(endings.map(({ type, retried }) => [type, retried])).toEqual(
      endings.map(() => ['UnknownName', false]),
    );
    expect(await world.sandbox.git(['ls-remote', '--heads', 'origin', 'main'])).toContain(world.commit);
  });

  it('are refused where this worker never read the configuration: that is recorded, and people are told once', async () => {
    const unknown = ref({ configuration: evil.digest });
    const { endings } = await ask([
      { activity: 'runCheck', args: [unknown, { suite: 'unit', target: target() }] },
      { activity: 'deploy', args: [unknown, { target: target() }] },
      { activity: 'rollBack', args: [unknown, { target: target(), to: null }] },
      { activity: 'database', args: [unknown, 'restore', { target: target(), backup: 'x' }] },
      { activity: 'deliver', args: [unknown, 0, message] },
    ]);
    for (const ending of endings)
      expect(ending).toMatchObject({
        type: 'UnknownConfiguration',
        retried: false,
        message: expect.stringContaining('never read a configuration of shop') as string,
      });
    const account: unknown = await world.client.workflow.execute('inquiry', {
      taskQueue,
      workflowId: 'inquiry/1',
      args: [{ kind: 'account', run: `attack/${attacks}` }],
    });
    expect(account).toMatchObject({
      lines: expect.arrayContaining([
        expect.objectContaining({ kind: 'refused', product: 'shop', summary: 'deploy refused' }),
      ]) as unknown,
    });
    const errors = world.logged.filter(({ level }) => level === 'ERROR');
    expect(errors.map(({ message: said }) => said)).toContain('deploy of shop was refused');
    await vi.waitFor(() => expect(world.heard.join()).toContain('was refused'), { timeout: 10_000 });
    expect(world.heard.filter((body) => body.includes('was refused'))).toHaveLength(1);
  });

  it(`have an answer for ${generatedInputs} generated requests, and do nothing of what is in them`, async () => {
    const hostile = [
      environment(),
      evil.config,
      evil.config.checks.unit,
      evil.config.notifications,
      evil.digest,
      world.canaries.url,
      world.canaries.file,
      world.canaries.reference,
      world.canaries.command,
      '__proto__',
      'constructor',
      '../../../etc/passwd',
      `--upload-pack=${world.canaries.command}`,
      null,
      1e99,
      -1,
      '\u0000',
      [],
      {},
    ];
    // By a digest that the worker doesn't know, what fits would be refused as well; so a part of them is by the one that it knows.
    const calls = [
      ...generatedCalls(genuineRequests(evil.digest, world.commit), hostile, generatedInputs * 0.9, 9),
      ...generatedCalls(genuineRequests(world.digest, world.commit), hostile, generatedInputs * 0.1, 10),
    ];
    const parts = Array.from({ length: calls.length / 100 }, (_, part) =>
      calls.slice(part * 100, part * 100 + 100),
    );
    const reports = await Promise.all(parts.map(ask));
    const endings = reports.flatMap((report) => report.endings);
    expect(endings).toHaveLength(generatedInputs);
    const failed = endings.filter(({ type }) => type !== undefined);
    const strange = failed.filter(({ type }) => !refusals.includes(type ?? ''));
    expect(strange).toEqual([]);
    expect(failed.filter(({ retried }) => retried)).toEqual([]);
    expect(failed.length).toBeGreaterThan(generatedInputs * 0.6);
    for (const { history } of reports) holdsNoSecret(history);
  }, 180_000);
});
