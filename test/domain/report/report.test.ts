import { describe, expect, it } from 'vitest';
import type { LedgerLine } from '../../../src/domain/records/records.ts';
import type { Report } from '../../../src/domain/report/model.ts';
import { buildReport } from '../../../src/domain/report/report.ts';
import type { RunStatus } from '../../../src/domain/run/status.ts';
import { headline } from '../../../src/domain/report/words.ts';
import { approved, heldAndPromoted, ledgerOf, minute, plain, rolledBack, second, shift } from './fixture.ts';
import type { Account } from './fixture.ts';

const reportOf = ({ lines, now }: Account, status?: RunStatus): Report =>
  buildReport({ run: lines[0]?.run ?? '', lines, now, status });

const chart = (report: Report, rule: string) => {
  const found = report.charts.find((each) => each.rule === rule);
  if (!found) throw new Error(`no chart of ${rule}`);
  return found;
};

it('the title of a rollback names the version that is left, and the one that it goes to', () => {
  const report = reportOf(rolledBack());
  expect(headline({ ...report, flow: 'rollback', version: '1.3.2', previousVersion: '1.4.0' })).toBe(
    'Rollback of shop from v1.4.0 to v1.3.2',
  );
  expect(headline(report)).toBe('Release of shop v1.4.0');
});

it('a step that went well and is done again is no further try', () => {
  const report = reportOf(rolledBack());
  const [bar] = report.timeline.bars;
  const line = (attempts: number, state: string): LedgerLine => ({
    ...(rolledBack().lines.find(({ kind }) => kind === 'step') as LedgerLine),
    key: `again/${attempts}`,
    data: { step: 'again', title: 'Deploy', state, attempts },
  });
  const lines = [...rolledBack().lines, line(1, 'succeeded'), line(2, 'failed'), line(3, 'succeeded')];
  const { bars } = buildReport({ run: lines[0]?.run ?? '', lines, now: rolledBack().now }).timeline;
  const tries = bars.filter(({ step }) => step === 'again').map((each) => [each.attempt, each.try]);
  expect(bar?.try).toBe(1);
  expect(tries).toEqual([
    [1, 1],
    [2, 1],
    [3, 2],
  ]);
});

describe('a rollout that was rolled back', () => {
  const report = reportOf(rolledBack());

  it('says how it ended, why, and from and to which version', () => {
    expect(report).toMatchObject({
      flow: 'release',
      product: 'shop',
      version: '1.4.0',
      previousVersion: '1.3.2',
      startedBy: 'carol',
      outcome: 'rolled-back',
      reason: 'at 10 %: error-rate: 33 % is over 5 % (2 times at this step); production runs v1.3.2 again',
      source: 'ledger',
      earlier: 0,
    });
  });

  it('says why and how fast the traffic was back, and when the version before was seen healthy', () => {
    const { rollback } = report;
    expect(rollback).toMatchObject({ severity: 'critical', from: '1.4.0', to: '1.3.2' });
    const since = (at = ''): number => Date.parse(at) - Date.parse(rollback?.at ?? '');
    expect([since(rollback?.restored), since(rollback?.verified)]).toEqual([1_800, 7_800]);
  });

  it('has the weights as they were given, the last one until the traffic was back', () => {
    expect(report.weights.map(({ weight, name }) => [weight, name])).toEqual([
      [1, 'canary'],
      [10, undefined],
    ]);
    const [one, ten] = report.weights;
    expect(one?.to).toBe(ten?.from);
    expect(ten?.to).toBe(Date.parse(report.rollback?.restored ?? ''));
  });

  it('has each metric with its limits in its unit, and what was beyond them', () => {
    const errors = chart(report, 'error-rate');
    expect(errors.unit).toEqual({ factor: 100, suffix: ' %' });
    expect(errors.limits.map(({ label }) => label)).toEqual(['at most 5 %', 'version before + 5 %']);
    expect(errors.points).toHaveLength(44);
    expect(errors.rows.map(({ weight, looks, breaches }) => [weight, looks, breaches])).toEqual([
      [1, 30, 0],
      [10, 14, 5],
    ]);
    const [limit] = chart(report, 'latency').limits;
    expect(limit?.label).toBe('2 × version before');
    expect(limit?.points.at(-1)?.value).toBe(186);
    expect(chart(report, 'orders')).toMatchObject({ dryRun: true, limits: [], breaches: [] });
    expect(chart(report, 'orders').notes[0]).toContain('Mann-Whitney: lower is worse, p under 0.01');
  });

  it('has what evidence decided beside what people decided, in the order of time', () => {
    expect(report.decisions.map(({ who, what, where }) => [who, what, where])).toEqual([
      ['alice', 'approve', 'production'],
      ['evidence', 'advance', '1 %'],
      ['evidence', 'roll-back', '10 %'],
    ]);
    expect(report.decisions.every(({ reason }) => reason !== '')).toBe(true);
  });

  it('has the approval with its vote, and what was refused', () => {
    expect(report.gates).toEqual([
      expect.objectContaining({
        id: 'production',
        statement: 'Shall shop v1.4.0 go to production?',
        who: ['alice', 'bob'],
        end: 'approved by alice',
        votes: [expect.objectContaining({ by: 'alice', choice: 'approve' })],
      }),
    ]);
    expect(report.refused).toMatchObject([
      { kind: 'approve', by: 'mallory', reason: 'mallory is not known to this product' },
    ]);
    expect(report.events).toMatchObject([{ kind: 'issue' }]);
  });

  it('has every attempt of a step as a bar, and the night that nothing happened in as a quiet time', () => {
    const tries = report.timeline.bars.filter(({ step }) => step === 'regression.e2e');
    expect(tries.map(({ attempt, state }) => [attempt, state])).toEqual([
      [1, 'failed'],
      [2, 'succeeded'],
    ]);
    expect(report.timeline.quiet.map(({ from, to }) => to - from)).toEqual([18 * 60 * minute]);
  });
});

describe('a rollout that was held and promoted', () => {
  const report = reportOf(heldAndPromoted());

  it('has gaps where nothing was measured and where nobody watched, and no zeros', () => {
    const { gaps, points, rows } = chart(report, 'error-rate');
    expect(gaps.map(({ why, from, to }) => [why, to - from])).toEqual([
      ['no-data', 31 * 10 * second],
      ['not-watched', 4 * minute + 10 * second],
    ]);
    expect(points.filter(({ canary }) => canary === null)).toHaveLength(30);
    expect(rows[0]).toMatchObject({ looks: 60, withoutData: 30 });
    expect(rows.every(({ lowest }) => lowest !== 0)).toBe(true);
  });

  it('judges a ratio by what the version before measured last, once that takes no traffic', () => {
    const { limits, points } = chart(report, 'latency');
    expect(points.at(-1)?.baseline).toBeNull();
    expect(limits[0]?.points.at(-1)?.value).toBeGreaterThan(100);
  });

  it('has who promoted, and how many messages were refused beyond those that were recorded', () => {
    expect(report.decisions).toContainEqual(
      expect.objectContaining({ who: 'bob', what: 'promote', comment: 'the campaign starts at ten' }),
    );
    expect([report.refused.length, report.refusedCount]).toEqual([1, 73]);
  });

  it('ends the last weight with its last look', () => {
    const steps = report.timeline.bars.filter(({ step }) => step === 'production.watch-100');
    expect(report.weights.at(-1)?.to).toBe(steps[0]?.to);
  });
});

describe('a release without a rollout, as an older version recorded it', () => {
  it('has steps of which only the end is known, and no pictures of metrics', () => {
    const report = reportOf(plain());
    expect(report).toMatchObject({ version: '1.3.2', outcome: 'succeeded', weights: [], charts: [] });
    expect(report.timeline.bars.map(({ title, from }) => [title, from])).toEqual([
      ['Unit tests', undefined],
      ['Deploy to staging', undefined],
      ['Deploy to production', undefined],
      ['Merge the release branch to main', undefined],
    ]);
  });
});

describe('a run that goes on', () => {
  const account = ledgerOf('release/shop/v1.4.0');
  approved(account, 20 * minute);
  shift(account, 1);
  const at = (ms: number): string => new Date(ms).toISOString();
  const { lines, now } = account;
  const status: RunStatus = {
    schema: 1,
    run: 'release/shop/v1.4.0',
    flow: 'release',
    product: 'shop',
    version: '1.4.0',
    startedBy: 'carol',
    started: lines[0]?.at ?? '',
    reason: 'watching',
    phase: 'production-deployment',
    stage: 'production',
    steps: [
      {
        id: 'production.watch-1',
        phase: 'production-deployment',
        title: 'Watch it at 1 %',
        state: 'running',
        started: at(now),
        attempts: 1,
      },
      { id: 'production.shift-10', phase: 'p', title: 'later', state: 'pending', attempts: 0 },
    ],
    gates: [
      {
        id: 'rollout:1',
        kind: 'question',
        statement: 'go on?',
        details: '',
        who: ['bob'],
        stillNeeded: 1,
        choices: [],
        opened: at(now + second),
        votes: [],
      },
    ],
    decisions: [
      {
        kind: 'approve',
        by: 'alice',
        at: lines.find(({ kind }) => kind === 'decision')?.at ?? '',
        gate: 'production',
        reason: 'approved: 1 of 1',
      },
      { kind: 'comment', by: 'bob', at: at(now + second), reason: 'for the record' },
    ],
    refused: [{ kind: 'promote', at: at(now + 2 * second), reason: 'not you' }],
    refusedCount: 9,
    blockers: [],
    concerns: ['a concern'],
    links: [],
  };
  const report = buildReport({ run: status.run, lines, status, now: now + minute });

  it('has what is not written down yet, and what is written down once', () => {
    expect(report.source).toBe('run');
    expect(report.outcome).toBeUndefined();
    expect(report.decisions.map(({ who }) => who)).toEqual(['alice', 'bob']);
    expect(report.refused.map(({ kind }) => kind)).toEqual(['approve', 'promote']);
    expect(report.refusedCount).toBe(9);
    expect(report.gates.map(({ id, closed }) => [id, closed === undefined])).toEqual([
      ['production', false],
      ['rollout:1', true],
    ]);
    expect(report.concerns).toEqual(['a concern']);
  });

  it('draws what runs up to now, and nothing of what is still to come', () => {
    const last = report.timeline.bars.at(-1);
    expect(last).toMatchObject({ step: 'production.watch-1', from: now, to: now + minute, state: 'running' });
    expect(report.weights).toEqual([{ from: now, to: now + minute, weight: 1 }]);
  });
});

describe('which lines of a name are meant', () => {
  const account = (execution: string): LedgerLine[] =>
    rolledBack().lines.map((line) => ({ ...line, key: line.key.replace('a1b2', execution) }));

  it('those of the newest run, where a version was released again', () => {
    const report = buildReport({ run: 'r', lines: [...account('one'), ...account('two')], now: 0 });
    expect(report.earlier).toBe(1);
    expect(report.decisions).toHaveLength(3);
  });

  it('all of them, where a run was reset', () => {
    const lines = account('one');
    const half = Math.floor(lines.length / 2);
    const reset = lines.slice(half).map((line) => ({ ...line, key: line.key.replace('one', 'two') }));
    const report = buildReport({ run: 'r', lines: [...lines.slice(0, half), ...reset], now: 0 });
    expect([report.earlier, report.decisions.length]).toEqual([0, 3]);
  });

  it('those of one that never began, after one that did', () => {
    const end = {
      ...(account('two').at(-1) as LedgerLine),
      summary: 'failed: no such product',
      data: { outcome: 'failed' },
    };
    const report = buildReport({ run: 'r', lines: [...account('one'), end], now: 0 });
    expect(report).toMatchObject({ earlier: 1, outcome: 'failed', reason: 'no such product', decisions: [] });
  });

  it('none: a report says so and does not fail', () => {
    const report = buildReport({ run: 'release/shop/v1.0.0', lines: [], now: 0 });
    expect(report.reason).toBe('its end was never written into the record');
  });

  it('whatever is in them: data of any shape gives a report', () => {
    for (const data of [
      {},
      { series: 1 },
      { series: { a: [null, { at: 'x' }] } },
      { plan: 'x', rules: [1, {}] },
      { step: 3, started: 'soon' },
    ])
      for (const kind of [
        'started',
        'step',
        'decision',
        'evidence',
        'gate',
        'refused',
        'rollback',
        'rollout',
        'ended',
        'new',
      ])
        expect(() =>
          buildReport({
            run: 'r',
            lines: [{ key: 'r/x/1', run: 'r', product: 'p', at: 'never', kind, summary: '', data }],
            now: 0,
          }),
        ).not.toThrow();
  });
});
