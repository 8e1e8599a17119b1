import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { flowNames } from '../../src/domain/flows/registry.ts';
import { historyLine } from '../../src/domain/run/history-line.ts';
import type { RunResult, RunStatus } from '../../src/domain/run/status.ts';
import type { AttackedWorld, Forgeries } from './support/attacked-world.ts';
import { createAttackedWorld } from './support/attacked-world.ts';
import type { attack, Call, Ending } from './support/attacker-workflow.ts';
import { createCanaries } from './support/canaries.ts';
import { evilConfig } from './support/evil-config.ts';
import { generatedCalls, genuineRequests } from './support/requests.ts';

/** Whoever may write to the namespace, against a worker that looks after one product. */
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
    const account = await world.client.workflow.execute('inquiry', {
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

  it('have an answer for a thousand generated requests, and do nothing of what is in them', async () => {
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
      ...generatedCalls(genuineRequests(evil.digest, world.commit), hostile, 900, 9),
      ...generatedCalls(genuineRequests(world.digest, world.commit), hostile, 100, 10),
    ];
    const parts = Array.from({ length: 10 }, (_, part) => calls.slice(part * 100, part * 100 + 100));
    const reports = await Promise.all(parts.map(ask));
    const endings = reports.flatMap((report) => report.endings);
    expect(endings).toHaveLength(1_000);
    const failed = endings.filter(({ type }) => type !== undefined);
    const strange = failed.filter(({ type }) => !refusals.includes(type ?? ''));
    expect(strange).toEqual([]);
    expect(failed.filter(({ retried }) => retried)).toEqual([]);
    expect(failed.length).toBeGreaterThan(600);
    for (const { history } of reports) holdsNoSecret(history);
  }, 180_000);
});

describe('workflows that somebody starts', () => {
  const start = (type: string, id: string, args: readonly unknown[]) =>
    world.client.workflow.start(type, { taskQueue, workflowId: id, args: [...args] });
  /** How it ended; undefined while it goes on. */
  const ended = async (handle: WorkflowHandle): Promise<string | undefined> => {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') return undefined;
    return handle.result().then(
      (result) => (result as Partial<RunResult> | undefined)?.reason ?? JSON.stringify(result ?? null),
      (error: unknown) => String((error as { cause?: unknown }).cause ?? error),
    );
  };
  const types = [...flowNames, 'notification', 'inquiry', 'environmentLock'];

  it('with cunning inputs end at once, with a reason', async () => {
    const { config, digest } = evil;
    const own = (json: string): unknown => JSON.parse(json);
    const cunning: readonly (readonly unknown[])[] = [
      [],
      [null],
      [1e99],
      ['shop'],
      [[{ product: 'shop' }]],
      [{ product: '__proto__' }],
      [{ product: 'constructor' }],
      [own('{"__proto__":{"product":"shop"}}')],
      [own('{"product":"shop","__proto__":{"by":"alice"}}')],
      [{ product: 'shop', config, digest }],
      [{ product: 'shop', environment: '__proto__' }],
      [{ product: 'shop', environment: null }],
      [{ kind: 'history', limit: 1e99 }],
      [{ kind: 'history', limit: 'ten' }],
      [{ kind: 'history', limit: null }],
      [{ kind: 'constructor' }],
      [config.notifications, { key: 'k', event: 'issue', title: 't', body: 'b', links: [] }],
      [
        {
          product: 'shop',
          configuration: digest,
          channels: config.notifications,
          message: { key: 'k', event: 'issue', run: 'r', product: 'shop', title: 't', body: 'b', links: [] },
        },
      ],
      ['shop', '__proto__', []],
      ['shop', 'production', [{ run: 'x', runId: 'y', emergency: true, config }]],
    ];
    const handles = await Promise.all(
      types.flatMap((type) => cunning.map((args, index) => start(type, `cunning/${type}/${index}`, args))),
    );
    await vi.waitFor(
      async () => {
        const ends = await Promise.all(handles.map(ended));
        const open = handles.filter((_, index) => ends[index] === undefined);
        expect(open.map(({ workflowId }) => workflowId)).toEqual([]);
      },
      { timeout: 150_000, interval: 500 },
    );
    const reasons = await Promise.all(handles.map(ended));
    for (const [index, reason] of reasons.entries())
      expect(`${handles[index]?.workflowId ?? ''}: ${reason ?? ''}`).toMatch(
        /invalid input|must be|not a field|is missing|could not be decoded|there is no/i,
      );
  }, 180_000);

  it('with a thousand generated inputs end at once as well', async () => {
    const inputs = fc.sample(
      fc.tuple(
        // Those that end without a record of a run are asked more often: they are quick.
        fc.oneof(
          { weight: 1, arbitrary: fc.constantFrom<string>(...flowNames) },
          { weight: 4, arbitrary: fc.constantFrom('notification', 'inquiry', 'environmentLock') },
        ),
        fc.array(
          fc.oneof(
            fc.jsonValue({ maxDepth: 3 }),
            fc.record(
              {
                product: fc.oneof(fc.constantFrom('__proto__', 'evil', ''), fc.jsonValue({ maxDepth: 1 })),
                environment: fc.jsonValue({ maxDepth: 1 }),
                kind: fc.constantFrom('account', 'history', 'preview', 'evil'),
                configuration: fc.constantFrom(evil.digest, world.digest, evil.config),
                channels: fc.constantFrom(evil.config.notifications, [0], [1e99]),
                message: fc.jsonValue({ maxDepth: 2 }),
                limit: fc.jsonValue({ maxDepth: 1 }),
              },
              { requiredKeys: [] },
            ),
          ),
          { maxLength: 3 },
        ),
      ),
      { numRuns: 1_000, seed: 9 },
    );
    for (let from = 0; from < inputs.length; from += 50)
      await Promise.all(
        inputs
          .slice(from, from + 50)
          .map(([type, args], index) => start(type, `generated/${from + index}`, args)),
      );
    await vi.waitFor(
      async () => {
        const { count } = await world.client.workflow.count(
          // Names of a product and an environment are all that a lock needs to wait for somebody who wants it.
          'ExecutionStatus = "Running" AND WorkflowType != "environmentLock"',
        );
        expect(count).toBe(0);
      },
      { timeout: 150_000, interval: 500 },
    );
  }, 300_000);
});

describe('runs whose activities the attacker completes in the worker’s place', () => {
  const product = { ok: true, line: historyLine, file: 'sluice.yaml' } as const;
  /** What an attacker would answer to have commands of theirs run, with a digest that the worker knows or one that it doesn't. */
  const forgeries = (configuration: string): Forgeries => {
    const subject = {
      commit: world.commit,
      artifacts: [],
      migrations: [],
      configurationDigest: configuration,
    };
    const described = {
      subject,
      digest: evil.digest,
      previous: null,
      newMigrations: [],
      config: evil.config,
    };
    const done = (value: unknown) => () => Promise.resolve({ ok: true, summary: 'forged', value });
    const bundle = {
      ...subject,
      product: 'shop',
      environment: 'production',
      version: '1.1.0',
      previousVersion: null,
      scope: [],
      successCriteria: [],
      risk: { level: 'low', reasons: [] },
      rollbackPlan: [],
    };
    const before = { version: '0.9.0', commit: world.commit };
    return {
      loadProduct: () => Promise.resolve({ ...product, config: evil.config, digest: configuration }),
      describeBundle: done({ ...described, bundle }),
      describeGreen: done({ ...described, base: world.commit, changes: [] }),
      checkInputs: done({
        commit: world.commit,
        version: '1.1.0-g12345678',
        baseVersion: '1.1.0',
        missing: [],
      }),
      checkReadiness: done({
        commit: world.commit,
        version: '1.1.0',
        previousTag: null,
        bump: 'minor',
        prerelease: false,
        reasons: [],
        changes: [],
        blockers: [],
        concerns: [],
      }),
      findWayBack: done({ current: { ...before, version: '1.0.0' }, to: before, migrations: [], unsafe: [] }),
      whatRuns: done(null),
    };
  };

  it.each(['known', 'unknown'] as const)(
    'by a digest that is %s: every flow runs, asks and sends nothing of theirs',
    async (digest) => {
      const handles = await Promise.all(
        flowNames.map(async (flow) => {
          const id = `forged-${digest}/${flow}`;
          world.forge(id, forgeries(digest === 'known' ? world.digest : evil.digest));
          return world.client.workflow.start(flow, {
            taskQueue,
            workflowId: id,
            args: [{ product: 'shop', by: 'mallory' }],
          });
        }),
      );
      await Promise.all(handles.map(steer));
      for (const handle of handles) {
        const history = await world.historyOf(handle);
        holdsNoSecret(history);
        // The forged configuration was taken: its commands are in the history, and nowhere else.
        expect(history).toContain(world.canaries.command);
      }
    },
    180_000,
  );
});

/** The attacker says yes to everything, as one of those whom the forged configuration names, and gives up in the end. */
async function steer(handle: WorkflowHandle): Promise<void> {
  const by = 'mallory';
  let answers = 0;
  const left = vi.waitFor(
    async () => {
      if ((await handle.describe()).status.name !== 'RUNNING') return;
      const { gates } = await handle.query<RunStatus>('status');
      const [gate] = gates;
      answers += gate ? 1 : 0;
      const choice = gate?.choices[answers % gate.choices.length]?.id;
      if (answers > 8) await handle.signal('abort', { by });
      if (gate?.kind === 'approval' && answers <= 8) await handle.signal('approve', { by, gate: gate.id });
      else if (gate) await handle.signal('answer', { by, gate: gate.id, choice });
      throw new Error('it goes on');
    },
    { timeout: 20_000, interval: 250 },
  );
  // An attacker can keep a run from its end: that is not what this is about.
  await left.catch(() => handle.terminate('the attacker has tried enough'));
}
