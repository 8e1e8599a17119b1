import { describe, expect, it } from 'vitest';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import { successCriteria } from '../../../src/domain/gates/success-criteria.ts';

function criteria(more: object, beside = true): readonly string[] {
  const parsed = parseProductConfig(
    JSON.stringify({
      product: 'shop',
      repository: { path: '.' },
      environments: {
        staging: { process: { start: 'x', port: 4100 } },
        production: {
          process: { start: 'x', port: 4200 },
          approval: { from: ['alice'] },
          monitor: { for: '30m', maxLatency: '800ms' },
          smoke: 'true',
        },
      },
      ...more,
    }),
    'sluice.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return successCriteria(parsed.config, 'production', { beside });
}

const rollout = {
  rollout: {
    steps: [
      { name: 'canary', weight: 10, for: '5m', minRequests: 200 },
      { weight: 100, for: '10m', confirm: true },
    ],
  },
};

describe('[RW-8] an approver is told all that will judge the version', () => {
  it('without a rollout: health, smoke tests and the time in which it is watched', () => {
    expect(criteria({})).toEqual([
      'healthy before it takes any traffic: 2 good answers in a row at /health, within 1m',
      'healthy at /health, with all of the traffic',
      'smoke tests pass in production',
      'for 30m, looked at every 10s: error rate at most 5 %, latency (p95) at most 800ms, latency (p95) at most 2 × that of the version before; 2 samples beyond a limit in a row, or more than 3 failed health checks in a row, speak against it',
    ]);
  });

  it('[SI-5] with one: its steps with their weights, the rules that hold where none are written, and alerts', () => {
    expect(criteria(rollout).slice(1, 6)).toEqual([
      'rollout: canary: 10 % of the traffic for at least 5m, with at least 200 requests served',
      'rollout: 100 % of the traffic for at least 10m, and then a person says go on',
      'at every step: error-rate at most 5 %, at most 5 % more than the version before over 1m; more than 1 look beyond it at one step speak against the version',
      'at every step: latency at most 2 × the version before over 1m; more than 1 look beyond it at one step speak against the version (p95)',
      'at every step: no more than 3 failed health checks in a row',
    ]);
  });

  it('[SI-10] the rules that were written, those that only look on as such, and alerts', () => {
    const metrics = {
      prometheus: { url: 'http://prometheus.test' },
      alertmanager: { url: 'http://alerts.test' },
      rules: [
        { name: 'orders', query: 'sum(orders)', min: 5, onNoData: 'ask' },
        { name: 'memory', measure: 'memory', max: '512MB', dryRun: true },
        { name: 'slower', measure: 'p99', compare: { worse: 'higher' } },
      ],
    };
    const lines = criteria({ ...rollout, metrics });
    expect(lines).toContain(
      'at every step: orders at least 5 over 1m; one look beyond it speaks against the version; unseen for long, people are asked (sum(orders))',
    );
    expect(lines).toContain('only looked at, and nothing follows from it: memory at most 512 MB over 1m');
    expect(lines).toContain(
      'at every step: slower not higher than the version before (Mann-Whitney, significance 0.01) over 1m, by at least 10 values; one look beyond it speaks against the version (p99)',
    );
    expect(lines).toContain('at every step: no alert fires with severity=critical');
  });

  it('a first version has nothing beside it: no step before the last, and nothing to compare with', () => {
    const lines = criteria(rollout, false);
    expect(lines.filter((line) => line.startsWith('rollout: '))).toHaveLength(1);
    expect(lines.join('\n')).toContain('latency: nothing, for there is no version before to compare with');
    expect(lines.join('\n')).not.toContain('at most 5 % more than');
  });

  it('where no metrics can be read, that is said', () => {
    const script = { deploy: 'true', rollback: 'true' };
    const environments = {
      staging: { url: 'http://a.test', script },
      production: { url: 'http://b.test', script, approval: { from: ['alice'] } },
    };
    expect(criteria({ environments })).toEqual([
      'healthy at /health: 2 good answers in a row at /health, within 1m',
      'for 30m, looked at every 10s: more than 3 failed health checks in a row speak against it; there is no source of metrics, so nothing else is watched',
    ]);
  });
});
