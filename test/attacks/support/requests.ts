import fc from 'fast-check';
import type { Activities } from '../../../src/activities/index.ts';
import { firstState } from '../../../src/domain/rollout/state.ts';
import type { Call } from './attacker-workflow.ts';
import { changed, placesIn, withMember } from './places.ts';

/** What runs really ask for, one of each activity: what an attacker has seen in histories. */
export function genuineRequests(
  digest: string,
  commit: string,
): { readonly [K in keyof Activities]: readonly unknown[] } {
  const ref = { step: 'production.deploy', try: 1, run: 'first', product: 'shop', configuration: digest };
  const target = { product: 'shop', environment: 'production', version: '1.1.0', commit };
  const candidate = {
    product: 'shop',
    version: '1.1.0',
    base: commit,
    previousTag: null,
    date: '2026-01-01T00:00:00.000Z',
  };
  const released = { version: '1.1.0', branch: 'release/shop/v1.1.0', commit };
  const approval = {
    gate: 'production',
    digest,
    subject: { commit, artifacts: [], migrations: [], configurationDigest: digest },
    votes: [{ by: 'mallory', choice: 'approve', at: 1, digest }],
    branch: 'release/shop/v1.1.0',
    startedBy: 'mallory',
  };
  const turn = { product: 'shop', environment: 'integration', runId: 'first' };
  const line = {
    key: 'k',
    run: 'release/shop/v1.1.0',
    product: 'shop',
    at: '2026-01-01T00:00:00.000Z',
    kind: 'step',
    summary: 's',
    data: {},
  };
  return {
    loadProduct: ['shop'],
    inquire: [{ kind: 'history', limit: 10 }],
    headOfMain: ['shop'],
    checkReadiness: [ref, { bump: 'auto' }],
    prepareRelease: [ref, candidate],
    createReleaseBranch: [ref, candidate],
    describeBundle: [
      ref,
      {
        environment: 'production',
        version: '1.1.0',
        branch: 'main',
        bump: 'minor',
        changes: [],
        concerns: [],
      },
    ],
    describeGreen: [ref, { environment: 'production', gate: 'green', version: '1.1.0', commit }],
    checkInputs: [ref, { ref: 'main' }],
    findReleased: [ref, { version: '0.9.0', date: '2026-01-01T00:00:00.000Z' }],
    findWayBack: [ref, { environment: 'production', version: 'previous' }],
    whatRuns: [ref, { environment: 'production' }],
    mergeToMain: [ref, released],
    tagRelease: [ref, released],
    lookAtRelease: [ref, { part: 'tag', released }],
    deleteReleaseBranch: [ref, released],
    mergeGreen: [ref, { environment: 'production', version: '1.1.0', branch: 'main', commit, since: commit }],
    commitNotes: [ref, { environment: 'production', version: '1.1.0', commit, notes: 'n' }],
    publishRelease: [ref, { version: '1.1.0', notes: 'n', prerelease: false }],
    openIssue: [ref, { title: 't', body: 'b', severity: 'high' }],
    acquireEnvironment: [{ ...turn, emergency: false }],
    releaseEnvironment: [turn],
    isRunning: ['release/shop/v1.1.0', 'first'],
    deploy: [ref, { target, approval }],
    shift: [ref, { target, weight: 50 }],
    activate: [ref, { target, approval }],
    rollBack: [ref, { target, to: null }],
    retire: [ref, { target }],
    verifyHealth: [ref, { target, at: 'public' }],
    database: [ref, 'verifyBackup', { target, backup: 'one' }],
    runCheck: [ref, { suite: 'unit', target }],
    checkGreen: [ref, { suite: 'unit', target }],
    monitor: [ref, { target, known: [] }],
    watchRollout: [
      ref,
      { target, baseline: null, state: firstState, asking: false, lastKnown: {}, series: {} },
    ],
    askAgent: [ref, { who: { role: 'driver' }, skill: 'fix', task: 't', inputs: {}, commit }],
    removeCheckouts: [ref],
    commitChange: [
      ref,
      {
        environment: 'production',
        skill: 'fix',
        asked: 'fix.driver',
        commit,
        summary: 's',
        note: 'n',
        artifacts: [],
        findings: [],
      },
    ],
    record: [[line]],
    updateState: [ref, { phase: 'production', version: '1.1.0', last_activity: '2026-01-01T00:00:00.000Z' }],
    writeDocument: [ref, { name: 'notes', text: 't' }],
    deliver: [
      ref,
      0,
      { key: 'k', event: 'issue', run: 'r', product: 'shop', title: 't', body: 'b', links: [] },
    ],
  };
}

/** Generated attacks: a genuine request with something hostile in one place of it, or nothing like a request at all. */
export function generatedCalls(
  genuine: Readonly<Record<string, readonly unknown[]>>,
  hostile: readonly unknown[],
  count: number,
  seed: number,
): readonly Call[] {
  const any = fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 4 });
  const twisted = (args: readonly unknown[]) =>
    fc.constantFrom(...placesIn(args)).chain((place) =>
      fc.oneof(
        fc.constantFrom(...hostile).map((value) => changed(args, place, () => value)),
        fc
          .constantFrom(...foreignMembers)
          .chain((name) =>
            fc
              .constantFrom(...hostile)
              .map((value) => changed(args, place, (before) => withMember(before, name, value))),
          ),
        fc.jsonValue({ maxDepth: 2 }).map((value) => changed(args, place, () => value)),
      ),
    );
  const call = fc
    .constantFrom(...Object.keys(genuine))
    .chain((activity) =>
      fc
        .oneof({ weight: 4, arbitrary: twisted(genuine[activity] ?? []) }, { weight: 1, arbitrary: any })
        .map((args): Call => ({ activity, args: args as readonly unknown[] })),
    );
  return fc.sample(call, { numRuns: count, seed });
}

/** What effects took before they took names. */
const foreignMembers = [
  'environment',
  'config',
  'checks',
  'agent',
  'channel',
  'url',
  'run',
  'backupKey',
  'metrics',
  'plan',
  'directory',
  '__proto__',
  'constructor',
];
