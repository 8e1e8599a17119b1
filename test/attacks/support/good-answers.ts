import type { Activities } from '../../../src/activities/index.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';
import { historyLine } from '../../../src/domain/run/history-line.ts';
import { firstState } from '../../../src/domain/rollout/state.ts';

export type ActivityName = keyof Activities;

/** What a worker answers where all goes well, one answer of each activity: with these a run goes through all of its steps. */
export function goodAnswers(
  config: ProductConfig,
  digest: string,
  commit: string,
): Readonly<Record<ActivityName, unknown>> {
  const done = (value?: unknown) => ({
    ok: true,
    summary: 'done',
    ...(value === undefined ? {} : { value }),
  });
  const subject = { commit, artifacts: [], migrations: [], configurationDigest: digest };
  const before = { version: '0.9.0', commit };
  const candidate = {
    product: 'shop',
    version: '1.1.0',
    base: commit,
    previousTag: 'v0.9.0',
    date: '2026-01-01T00:00:00.000Z',
  };
  const described = { digest, previous: before, newMigrations: ['a.sql'], config };
  const url = { url: 'file:///tmp/document' };
  return {
    loadProduct: { ok: true, line: historyLine, config, digest, file: 'sluice.yaml' },
    inquire: { kind: 'products', products: [] },
    headOfMain: { commit, subject: 'feat: a shop' },
    checkReadiness: done({
      commit,
      version: '1.1.0',
      previousTag: 'v0.9.0',
      bump: 'minor',
      prerelease: false,
      reasons: ['a feature'],
      changes: ['feat: a shop'],
      blockers: [],
      concerns: [],
    }),
    prepareRelease: done({ notes: 'notes', changes: ['feat: a shop'], concerns: [] }),
    createReleaseBranch: done({ commit, branch: 'main' }),
    describeBundle: done({
      ...described,
      bundle: {
        ...subject,
        product: 'shop',
        environment: 'production',
        version: '1.1.0',
        previousVersion: '0.9.0',
        scope: ['feat: a shop'],
        successCriteria: ['healthy'],
        risk: { level: 'low', reasons: ['small'] },
        rollbackPlan: ['back'],
      },
    }),
    describeGreen: done({ ...described, subject, base: commit, changes: ['feat: a shop'] }),
    checkInputs: done({ commit, version: '1.1.0-g12345678', baseVersion: '1.1.0', missing: [] }),
    findReleased: done({ candidate, tag: 'v1.1.0', commit, changes: ['feat: a shop'] }),
    findWayBack: done({ current: { version: '1.0.0', commit }, to: before, migrations: [], unsafe: [] }),
    whatRuns: done({ version: '0.9.0', commit: commit.replaceAll(/./g, 'a') }),
    mergeToMain: done(),
    tagRelease: done(),
    lookAtRelease: done(),
    deleteReleaseBranch: done(),
    mergeGreen: done({ issues: [7] }),
    commitNotes: done(),
    publishRelease: done(url),
    openIssue: done(url),
    acquireEnvironment: { granted: true, position: 0, behind: '' },
    releaseEnvironment: null,
    isRunning: true,
    deploy: done(),
    shift: done(),
    activate: done(),
    rollBack: done(),
    retire: done(),
    verifyHealth: done(),
    database: done(),
    runCheck: done({ passed: 1, total: 1 }),
    checkGreen: done({ passed: 1, total: 1 }),
    monitor: done({ samples: ['all is well'] }),
    watchRollout: done({
      decision: { action: 'advance', reason: 'all is well' },
      state: firstState,
      lastKnown: { evil: [1] },
      series: { evil: [{ at: 1, canary: 1, baseline: null }] },
      lines: ['all is well'],
    }),
    askAgent: done({
      status: 'done',
      summary: 'it is good',
      findings: [],
      artifacts: ['b.txt'],
      verdict: 'approve',
      text: 'It is good.',
    }),
    removeCheckouts: done(),
    commitChange: done({ commit, files: ['b.txt'] }),
    record: null,
    updateState: done(),
    writeDocument: done({ file: '/tmp/document', ...url }),
    deliver: 'delivered',
  };
}
