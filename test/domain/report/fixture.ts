import { metricsSchema } from '../../../src/domain/config/metrics-schema.ts';
import { defaultMetrics } from '../../../src/domain/metrics/default-metrics.ts';
import type { LedgerLine } from '../../../src/domain/records/records.ts';
import type { Decision } from '../../../src/domain/rollout/decision.ts';
import type { Point, Series } from '../../../src/domain/rollout/series.ts';

export const begin = Date.parse('2026-11-21T09:00:00.000Z');
export const second = 1_000;
export const minute = 60 * second;

/** Writes an account the way a run does: lines in the order of time, numbered within their execution. */
export function ledgerOf(run: string, execution = 'a1b2') {
  const lines: LedgerLine[] = [];
  let now = begin;
  let shifted = begin;
  const product = run.split('/')[1] ?? '';
  const write = (kind: string, summary: string, data: Record<string, unknown> = {}): void => {
    const key = `${run}/${execution}/${lines.length + 1}`;
    lines.push({ key, run, product, at: new Date(now).toISOString(), kind, summary, data });
  };
  return {
    lines,
    write,
    get now(): number {
      return now;
    },
    wait: (ms: number): number => (now += ms),
    /** A step that takes so long; `phase`, `title` and `started` as the frame of a run writes them. */
    step: (
      step: string,
      [phase, title]: readonly [string, string],
      took: number,
      { state = 'succeeded', summary = 'done', attempts = 1 } = {},
    ): void => {
      // A watch begins where the weight was given.
      const started = new Date(step.includes('watch-') ? shifted : now).toISOString();
      now += took;
      shifted = now;
      write('step', `${title}: ${state}`, { step, title, phase, state, started, summary, attempts });
    },
    /** Watches a weight with a look every `every` milliseconds, which `measure` makes up. */
    watch: (
      weight: number,
      looks: number,
      measure: (look: number) => Readonly<Record<string, Omit<Point, 'at'>>>,
      decision?: Decision,
      every = 10 * second,
    ): void => {
      const series: Record<string, Point[]> = {};
      for (let look = 0; look < looks; look += 1) {
        now += every;
        for (const [rule, point] of Object.entries(measure(look)))
          (series[rule] ??= []).push({ at: now, ...point });
      }
      write('evidence', `${weight} %: ${decision?.reason ?? 'watched on'}`, {
        step: `production.watch-${weight}`,
        weight,
        ...(decision ? { decision } : {}),
        series: series satisfies Series,
      });
    },
  };
}

export type Account = ReturnType<typeof ledgerOf>;

const pre = 'pre-release-verification';
const staging = 'staging-deployment';
const live = 'production-deployment';

/** Up to and with the approval, which takes people `waiting` milliseconds. */
export function approved(account: Account, waiting = 18 * 60 * minute): void {
  account.write('started', 'release of shop started by carol', {
    input: { product: 'shop', by: 'carol' },
    configuration: 'f00d',
    file: 'sluice.yaml',
    runId: 'a1b2',
  });
  account.step(
    'readiness.source',
    [pre, 'Check readiness: merged, green, no critical bugs, changelog'],
    4_200,
  );
  account.step('readiness.unit', [pre, 'Unit tests'], 48 * second, { summary: '212 tests passed' });
  account.step('regression.e2e', [pre, 'Full end-to-end suite'], 3 * minute, {
    state: 'failed',
    summary: 'exit code 1: 1 of 40 failed',
  });
  account.step('regression.e2e', [pre, 'Full end-to-end suite'], 3.2 * minute, {
    attempts: 2,
    summary: '40 tests passed',
  });
  account.step('staging.deploy', [staging, 'Deploy to staging'], 21 * second);
  account.step('staging.health', [staging, 'Health checks of staging pass'], 6 * second);
  const gate = { gate: 'production', digest: 'sha256:4be1', who: ['alice', 'bob'] };
  account.write('gate', 'gate production opened: Shall shop v1.4.0 go to production?', gate);
  const opened = new Date(account.now).toISOString();
  account.wait(waiting / 2);
  account.write('refused', 'approve refused', {
    reason: 'mallory is not known to this product',
    by: 'mallory',
  });
  account.wait(waiting / 2);
  account.write('decision', 'approve by alice', {
    kind: 'approve',
    by: 'alice',
    gate: 'production',
    reason: 'approved: 1 of 1',
    comment: 'looked at staging | all fine',
  });
  account.write('gate', 'gate production closed: approved by alice', { gate: 'production' });
  account.write('step', 'Checkpoint: approval for production: succeeded', {
    step: 'approval.production',
    title: 'Checkpoint: approval for production',
    phase: staging,
    state: 'succeeded',
    started: opened,
    summary: 'approved by alice',
    attempts: 1,
  });
  account.step('production.backup', [live, 'Back up the production database'], 35 * second);
  account.step('production.deploy', [live, 'Deploy to production'], 14 * second);
}

export const plan = [
  { weight: 1, for: 5 * minute, name: 'canary', minRequests: 0, confirm: false },
  { weight: 10, for: 5 * minute, minRequests: 0, confirm: false },
  { weight: 50, for: 5 * minute, minRequests: 0, confirm: false },
  { weight: 100, for: 5 * minute, minRequests: 0, confirm: false },
];

export function rolloutBegins(account: Account): void {
  const { rules } = metricsSchema.parse({
    page: '/metrics',
    rules: [
      ...defaultMetrics.rules.map(({ name, measure, ...rest }) =>
        name === 'error-rate'
          ? { name, measure, max: rest.max, maxIncrease: rest.maxIncrease, failureLimit: 1 }
          : { name, measure, maxRatio: rest.maxRatio, failureLimit: 1 },
      ),
      {
        name: 'orders',
        series: { name: 'shop_orders_total', as: 'rate' },
        compare: { worse: 'lower' },
        dryRun: true,
      },
    ],
  });
  account.write('rollout', 'v1.3.2 → v1.4.0 by steps of 1 %, 10 %, 50 %, 100 %', {
    version: '1.4.0',
    previousVersion: '1.3.2',
    plan,
    rules,
  });
}

export function shift(account: Account, weight: number): void {
  const title = `Give the new version ${weight} % of production's traffic`;
  account.step(`production.shift-${weight}`, [live, title], 2 * second, { summary: `${weight} % measured` });
}

/** Real services are never quite still; the same look is always the same. */
const wobble = (look: number, seed: number): number =>
  Math.sin(look * 1.7 + seed) + Math.sin(look * 0.61 + seed * 3);

export function healthy(seed = 0) {
  return (look: number) => ({
    'error-rate': { canary: Math.max(0, 0.004 + 0.002 * wobble(look, seed)), baseline: 0.005 },
    latency: { canary: 96 + 6 * wobble(look, seed + 1), baseline: 92 + 4 * wobble(look, seed + 2) },
    orders: { canary: 3 + 0.3 * wobble(look, seed + 3), baseline: 3.1 + 0.3 * wobble(look, seed + 4) },
  });
}

/** From a look on every third request fails, and answers take three times as long. */
function broken(from: number) {
  return (look: number) => {
    const good = healthy(5)(look);
    if (look < from) return good;
    const grown = Math.min(1, (look - from + 1) / 4);
    return {
      ...good,
      'error-rate': { canary: 0.33 * grown, baseline: 0.005 },
      latency: { canary: 96 + 240 * grown, baseline: 93 },
    };
  };
}

/** The provider is away between two looks. */
export function away(from: number, to: number) {
  return (look: number) => {
    const values = healthy(2)(look);
    const nothing = { canary: null, baseline: null };
    return look < from || look >= to ? values : { 'error-rate': nothing, latency: nothing, orders: nothing };
  };
}

const watchedTitle = (weight: number) => [live, `Watch it at ${weight} % for 5m`] as const;

/** 1 % goes well, 10 % does not: it is rolled back. */
export function rolledBack(): Account {
  const account = ledgerOf('release/shop/v1.4.0');
  approved(account);
  rolloutBegins(account);
  shift(account, 1);
  account.watch(1, 30, healthy(), {
    action: 'advance',
    reason: 'watched for 5m at 1 %, nothing spoke against it',
  });
  account.step('production.watch-1', watchedTitle(1), 0, {
    summary: 'watched for 5m at 1 %, nothing spoke against it',
  });
  shift(account, 10);
  const reason = 'error-rate: 33 % is over 5 % (2 times at this step)';
  account.watch(10, 14, broken(9), { action: 'roll-back', reason });
  account.step('production.watch-10', watchedTitle(10), 0, {
    state: 'failed',
    summary: `at 10 %: ${reason}`,
  });
  account.write('issue', `critical: at 10 %: ${reason}`, {
    issue: { kind: 'evidence' },
    response: { action: 'rollback', reason: 'critical issues roll back at once' },
  });
  account.write('rollback', `rolling back: at 10 %: ${reason}`, {
    severity: 'critical',
    from: '1.4.0',
    to: '1.3.2',
  });
  account.step('rollback.execute', ['rollback', 'Roll production back to the previous version'], 1_800);
  account.step(
    'rollback.verify',
    ['rollback', 'Verify that the previous version runs and is healthy'],
    6 * second,
  );
  account.step('rollback.notify', ['rollback', 'Notify: rolled back'], 300);
  account.step('rollback.issue', ['rollback', 'Create an issue for the fix'], 900);
  account.write('ended', `rolled-back: at 10 %: ${reason}; production runs v1.3.2 again`, {
    outcome: 'rolled-back',
  });
  return account;
}

/** The provider is away for a while, which holds; a person promotes one step; everything goes out. */
export function heldAndPromoted(): Account {
  const account = ledgerOf('release/shop/v1.4.0');
  approved(account, 20 * minute);
  rolloutBegins(account);
  shift(account, 1);
  account.watch(1, 60, away(12, 42), {
    action: 'advance',
    reason: 'watched for 5m at 1 %, nothing spoke against it',
  });
  account.step('production.watch-1', watchedTitle(1), 0, { summary: 'watched for 5m at 1 %' });
  shift(account, 10);
  account.watch(10, 8, healthy(3));
  account.write('decision', 'promote by bob', {
    kind: 'promote',
    by: 'bob',
    reason: 'goes on to the next step',
    comment: 'the campaign starts at ten',
  });
  account.watch(10, 1, healthy(4), { action: 'advance', reason: 'a person said go on' });
  account.step('production.watch-10', watchedTitle(10), 0, { summary: 'a person said go on (bob)' });
  shift(account, 50);
  account.watch(50, 12, healthy(6));
  // The worker was away.
  account.wait(4 * minute);
  account.watch(50, 20, healthy(7), {
    action: 'advance',
    reason: 'watched for 5m at 50 %, nothing spoke against it',
  });
  account.step('production.watch-50', watchedTitle(50), 0, { summary: 'watched for 5m at 50 %' });
  shift(account, 100);
  account.watch(
    100,
    30,
    (look) =>
      Object.fromEntries(
        Object.entries(healthy(8)(look)).map(([rule, { canary }]) => [rule, { canary, baseline: null }]),
      ),
    { action: 'complete', reason: 'watched for 5m at 100 %, nothing spoke against it' },
  );
  account.step('production.watch-100', watchedTitle(100), 0, { summary: 'watched for 5m at 100 %' });
  account.step('finalize.merge', [live, 'Merge the release branch to main'], 3 * second);
  account.step('post.notify', ['post-release', 'Notify: release complete'], 200);
  account.write('ended', 'succeeded: v1.4.0 runs in production', { outcome: 'succeeded', refusedCount: 73 });
  return account;
}

/** As the first version of Sluice wrote it: no rollout, and of a step only its end. */
export function plain(): Account {
  const account = ledgerOf('release/shop/v1.3.2', 'c3d4');
  account.write('started', 'release of shop started by carol', { runId: 'c3d4' });
  for (const [step, title] of [
    ['readiness.unit', 'Unit tests'],
    ['staging.deploy', 'Deploy to staging'],
    ['production.deploy', 'Deploy to production'],
    ['finalize.merge', 'Merge the release branch to main'],
  ] as const) {
    account.wait(40 * second);
    account.write('step', `${title}: succeeded`, { step, state: 'succeeded', summary: 'done', attempts: 1 });
  }
  account.write('ended', 'succeeded: v1.3.2 runs in production', { outcome: 'succeeded' });
  return account;
}

/** What somebody may write who means no good, or simply writes much. */
export const nasty = {
  script: '<script>document.title = "owned"</script><img src=x onerror=alert(1)> & "quotes" \'too\'',
  long: 'x'.repeat(10_000),
  longWords: 'all work and no play '.repeat(500),
  rtl: 'שלום עולם \u202e txet siht ,مرحبا بالعالم',
  emoji: '👩‍👩‍👧‍👦🚀 '.repeat(300),
  table: 'a | b\n| --- |\n# no heading\n```',
};

/** The rollback again, in which everybody has written something nasty. */
export function hostile(): Account {
  const account = rolledBack();
  const end = account.lines.pop();
  for (const comment of Object.values(nasty)) {
    account.wait(second);
    account.write('decision', `comment by ${comment}`, {
      kind: 'comment',
      by: comment.slice(0, 120),
      reason: comment,
      comment,
    });
    account.write('refused', `${nasty.script} refused`, { reason: comment, by: nasty.rtl });
    account.write('gate', `gate ${nasty.script} opened: ${comment}`, { gate: nasty.script, who: [comment] });
    account.step(comment.slice(0, 80), [comment.slice(0, 40), comment], second, {
      state: 'failed',
      summary: comment,
    });
  }
  account.write('ended', `rolled-back: ${nasty.script}`, {
    ...end?.data,
    links: [
      { title: nasty.script, url: 'javascript:alert(1)' },
      { title: 'Issue', url: 'https://example.com/issues/1?a=<b>&c="d"' },
    ],
  });
  return account;
}
