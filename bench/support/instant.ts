import { readFileSync } from 'node:fs';
import path from 'node:path';
import { activityInfo, CompleteAsyncError } from '@temporalio/activity';
import type { Activities } from '../../src/activities/index.ts';
import type { BundleSubject } from '../../src/domain/gates/bundle.ts';
import type { ProductConfig } from '../../src/domain/config/schema.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import { historyLine } from '../../src/domain/run/history-line.ts';
import type { EffectOutcome } from '../../src/domain/run/effect-outcome.ts';

/** The example product: all checks, two environments with process driver, migrations, backup and smoke tests. */
const file = path.join(import.meta.dirname, '../../examples/shop/sluice.yaml');
const parsed = parseProductConfig(readFileSync(file, 'utf8'), file);
if (!parsed.ok)
  throw new Error(`${file} has problems: ${parsed.problems.map((problem) => problem.message).join('; ')}`);
const { config, digest } = parsed;

export interface InstantOptions {
  /** What differs from the example product's configuration. */
  readonly configure?: (config: ProductConfig) => ProductConfig;
  /** The run's record is written for the first time: its gate is about to open. */
  onBeforeGate?(run: string): void;
  /** The first effect in production has started. */
  onProduction?(run: string): void;
  /** The first effect in production goes on and on, and takes no place in the worker: what comes after it is not measured. */
  readonly holdAtProduction?: boolean;
}

const done: EffectOutcome<never> = { ok: true, summary: 'done at once' };
const ok = (): Promise<EffectOutcome<never>> => Promise.resolve(done);
const commit = 'c'.repeat(40);
const subject: BundleSubject = { commit, artifacts: [], migrations: [], configurationDigest: digest };

const never = (): Promise<never> => Promise.reject(new Error('nothing is put beside another in a benchmark'));
const blueGreen = {
  checkInputs: never,
  describeGreen: never,
  askAgent: never,
  removeCheckouts: never,
  commitChange: never,
  checkGreen: never,
  mergeGreen: never,
};

/** All activities, with effects that return at once: what is left is what the flow and the server cost. */
export function instantActivities(options: InstantOptions = {}): Activities {
  const product: ProductConfig = options.configure?.(config) ?? config;
  const recorded = new Set<string>();
  return {
    loadProduct: (name) =>
      Promise.resolve({ ok: true, line: historyLine, config: { ...product, product: name }, digest, file }),
    inquire: () => Promise.reject(new Error('nobody inquires in a benchmark')),
    checkReadiness: () =>
      Promise.resolve({
        ...done,
        value: {
          commit,
          version: '1.0.0',
          previousTag: 'v0.9.0',
          bump: 'minor',
          prerelease: false,
          reasons: [],
          changes: ['feat: gift vouchers', 'fix: totals with two taxes'],
          blockers: [],
          concerns: [],
        },
      }),
    headOfMain: () => Promise.resolve({ commit, subject: 'feat: gift vouchers' }),
    runCheck: () => Promise.resolve({ ...done, value: { passed: 12, total: 12 } }),
    prepareRelease: () =>
      Promise.resolve({
        ...done,
        value: {
          notes: '# v1.0.0\n\n## New Features\n\n- gift vouchers\n',
          changes: ['feat: gift vouchers'],
          concerns: [],
        },
      }),
    createReleaseBranch: () => Promise.resolve({ ...done, value: { commit, branch: 'release/shop/v1.0.0' } }),
    describeBundle: ({ product: name }, { version }) =>
      Promise.resolve({
        ...done,
        value: {
          bundle: {
            product: name,
            environment: 'production',
            version,
            previousVersion: '0.9.0',
            scope: ['feat: gift vouchers', 'fix: totals with two taxes'],
            successCriteria: ['healthy at /health'],
            risk: { level: 'low', reasons: [] },
            rollbackPlan: ['traffic goes back to v0.9.0, which is verified'],
            ...subject,
          },
          digest,
          previous: { version: '0.9.0', commit: 'b'.repeat(40) },
          newMigrations: [],
          config: { ...product, product: name },
        },
      }),
    acquireEnvironment: () => Promise.resolve({ granted: true, position: 0, behind: '' }),
    releaseEnvironment: () => Promise.resolve(),
    isRunning: () => Promise.resolve(true),
    deploy: ok,
    shift: ok,
    activate: ok,
    rollBack: ok,
    retire: ok,
    verifyHealth: ok,
    database: (ref) => {
      if (ref.step !== 'production.backup') return ok();
      options.onProduction?.(thisRun());
      if (options.holdAtProduction) throw new CompleteAsyncError();
      return Promise.resolve(done);
    },
    watchRollout: () => Promise.reject(new Error('nothing is rolled out in a benchmark')),
    monitor: () => Promise.resolve({ ...done, value: { samples: [] } }),
    whatRuns: () => Promise.resolve({ ...done, value: null }),
    findReleased: () => Promise.reject(new Error('nothing is rolled out in a benchmark')),
    findWayBack: () => Promise.reject(new Error('nothing is rolled back in a benchmark')),
    mergeToMain: ok,
    tagRelease: ok,
    deleteReleaseBranch: ok,
    publishRelease: () => Promise.resolve({ ...done, value: { url: 'http://127.0.0.1/releases/1' } }),
    openIssue: () => Promise.resolve({ ...done, value: { url: 'http://127.0.0.1/issues/1' } }),
    record: () => {
      const run = thisRun();
      if (!recorded.has(run)) options.onBeforeGate?.(run);
      recorded.add(run);
      return Promise.resolve();
    },
    updateState: ok,
    writeDocument: (_ref, { name }) =>
      Promise.resolve({ ...done, value: { file: `/${name}.md`, url: `file:///${name}.md` } }),
    ...blueGreen,
    deliver: () => Promise.resolve('slack: delivered'),
  };
}

function thisRun(): string {
  return activityInfo().workflowExecution?.workflowId ?? '';
}
