import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { flowNames } from '../../src/domain/flows/registry.ts';
import { historyLine } from '../../src/domain/run/history-line.ts';
import type { RunStatus } from '../../src/domain/run/status.ts';
import type { AttackedWorld, Forgeries } from './support/attacked-world.ts';
import { createAttackedWorld } from './support/attacked-world.ts';
import { evilConfig } from './support/evil-config.ts';

/** Whoever may write to the namespace completes activities in the worker’s place. */
let world: AttackedWorld;
let evil: ReturnType<typeof evilConfig>;
beforeAll(async () => {
  world = await createAttackedWorld();
  evil = evilConfig(world.canaries);
});
afterAll(() => world.end());
afterEach(() => {
  expect(world.canaries.seen()).toEqual([]);
});

function holdsNoSecret(history: string): void {
  for (const secret of world.canaries.secrets) expect(history.includes(secret)).toBe(false);
}

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
