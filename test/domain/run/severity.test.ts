import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MonitorConfig } from '../../../src/domain/config/schema.ts';
import type { Severity } from '../../../src/domain/run/messages.ts';
import { severities } from '../../../src/domain/run/messages.ts';
import type { Issue, IssuePolicy } from '../../../src/domain/run/severity.ts';
import { assessSeverity, respondTo, watchOnWith } from '../../../src/domain/run/severity.ts';

const detail = 'what was seen';
const issues: readonly [Issue, Severity, string][] = [
  [{ kind: 'health-failed', detail }, 'critical', `production does not answer as healthy: ${detail}`],
  [{ kind: 'migration-failed', detail }, 'critical', `data is at stake, a migration failed: ${detail}`],
  [{ kind: 'deploy-failed', detail }, 'critical', `the deployment failed: ${detail}`],
  [{ kind: 'alert', detail }, 'critical', `critical alert: ${detail}`],
  [{ kind: 'smoke-failed', detail }, 'high', `a critical path is broken: ${detail}`],
  [{ kind: 'latency', detail }, 'medium', `it became slow: ${detail}`],
  // Half of all requests failing is "most".
  [{ kind: 'error-rate', detail, errorRate: 1 }, 'critical', `most requests fail: ${detail}`],
  [{ kind: 'error-rate', detail, errorRate: 0.5 }, 'critical', `most requests fail: ${detail}`],
  [{ kind: 'error-rate', detail, errorRate: 0.499 }, 'high', `requests fail: ${detail}`],
  [{ kind: 'error-rate', detail, errorRate: 0.06 }, 'high', `requests fail: ${detail}`],
  // What an agent or a person says stands as said.
  ...severities.flatMap((severity): [Issue, Severity, string][] => [
    [{ kind: 'agent-finding', detail, severity }, severity, detail],
    [{ kind: 'reported', detail, severity, by: 'bob' }, severity, `reported by bob: ${detail}`],
  ]),
];

describe('[RW-14] how bad an issue is', () => {
  it.each(issues)('%j is %s', (issue, severity, reason) => {
    expect(assessSeverity(issue)).toEqual({ severity, reason });
  });

  it('[RW-16] whatever keeps a version from being deployed is never left for people to judge', () => {
    const policies: IssuePolicy[] = [
      { high: 'rollback', highWithin: 1, mediumWithin: 1 },
      { high: 'ask', highWithin: 1, mediumWithin: 1 },
    ];
    for (const kind of ['health-failed', 'deploy-failed', 'migration-failed', 'alert'] as const)
      for (const policy of policies)
        expect(respondTo(assessSeverity({ kind, detail }).severity, policy).action).toBe('rollback');
  });
});

describe('[RW-14] what a severity calls for', () => {
  const policy: IssuePolicy = { high: 'rollback', highWithin: 900_000, mediumWithin: 3_600_000 };
  const asking: IssuePolicy = { ...policy, high: 'ask' };
  it.each<[Severity, IssuePolicy, ReturnType<typeof respondTo>]>([
    ['critical', policy, { action: 'rollback', reason: 'critical: immediate rollback' }],
    ['critical', asking, { action: 'rollback', reason: 'critical: immediate rollback' }],
    ['high', policy, { action: 'rollback', reason: 'high: rollback at once' }],
    [
      'high',
      asking,
      { action: 'ask', within: 900_000, reason: 'high: rolled back unless somebody decides otherwise' },
    ],
    [
      'medium',
      policy,
      { action: 'ask', within: 3_600_000, reason: 'medium: hotfix if quick, rollback if not' },
    ],
    [
      'medium',
      asking,
      { action: 'ask', within: 3_600_000, reason: 'medium: hotfix if quick, rollback if not' },
    ],
    ['low', policy, { action: 'note', reason: 'low: fixed in the next release' }],
    ['low', asking, { action: 'note', reason: 'low: fixed in the next release' }],
  ])('%s under %j', (severity, given, response) => {
    expect(respondTo(severity, given)).toEqual(response);
  });

  it('a worse severity never calls for less', () => {
    const weight = { note: 0, ask: 1, rollback: 2 } as const;
    const policies = fc.record({
      high: fc.constantFrom('rollback' as const, 'ask' as const),
      highWithin: fc.nat(),
      mediumWithin: fc.nat(),
    });
    fc.assert(
      fc.property(policies, (given) => {
        const weights = severities.map((severity) => weight[respondTo(severity, given).action]);
        expect(weights).toEqual(weights.toSorted((a, b) => b - a));
      }),
    );
  });
});

describe('[RW-14] what is watched on with after people left an issue to a hotfix', () => {
  const monitor: MonitorConfig = {
    for: 60_000,
    every: 10_000,
    maxErrorRate: 0.05,
    maxLatency: 2_000,
    maxLatencyRatio: 2,
    minRequests: 5,
    breachesInARow: 2,
  };

  it('slowness that is known is no evidence any more, everything else still is', () => {
    const { maxLatency: _, ...rest } = monitor;
    expect(watchOnWith(monitor, 'latency')).toEqual({
      ...rest,
      maxLatencyRatio: Number.MAX_SAFE_INTEGER,
    });
    expect(monitor.maxLatency).toBe(2_000);
  });

  it('errors that are known are evidence again where most requests fail', () => {
    expect(watchOnWith(monitor, 'error-rate')).toEqual({ ...monitor, maxErrorRate: 0.5 });
    // A limit that tolerates more is not made stricter.
    expect(watchOnWith({ ...monitor, maxErrorRate: 0.7 }, 'error-rate').maxErrorRate).toBe(0.7);
  });

  it('anything else changes nothing', () => {
    const others = issues
      .map(([issue]) => issue)
      .filter(({ kind }) => kind !== 'latency' && kind !== 'error-rate');
    for (const { kind } of others) expect(watchOnWith(monitor, kind)).toEqual(monitor);
  });
});
