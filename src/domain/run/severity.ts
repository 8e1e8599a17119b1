import type { MonitorConfig } from '../config/schema.ts';
import type { Severity } from './messages.ts';

/** What was seen to be wrong in production. */
export type Issue =
  | { readonly kind: 'health-failed'; readonly detail: string }
  | { readonly kind: 'deploy-failed'; readonly detail: string }
  | { readonly kind: 'migration-failed'; readonly detail: string }
  | { readonly kind: 'smoke-failed'; readonly detail: string }
  | { readonly kind: 'error-rate'; readonly detail: string; readonly errorRate: number }
  | { readonly kind: 'latency'; readonly detail: string }
  | { readonly kind: 'alert'; readonly detail: string }
  | { readonly kind: 'agent-finding'; readonly detail: string; readonly severity: Severity }
  | { readonly kind: 'reported'; readonly detail: string; readonly by: string; readonly severity: Severity };

/** From here on most requests fail. */
const criticalErrorRate = 0.5;

/** Severity from evidence (processes/release.md, "Rollback Procedure"); what a person says stands as said. */
export function assessSeverity(issue: Issue): { readonly severity: Severity; readonly reason: string } {
  switch (issue.kind) {
    case 'health-failed':
      return { severity: 'critical', reason: `production does not answer as healthy: ${issue.detail}` };
    case 'migration-failed':
      return { severity: 'critical', reason: `data is at stake, a migration failed: ${issue.detail}` };
    case 'deploy-failed':
      return { severity: 'critical', reason: `the deployment failed: ${issue.detail}` };
    case 'alert':
      return { severity: 'critical', reason: `critical alert: ${issue.detail}` };
    case 'error-rate':
      return issue.errorRate >= criticalErrorRate
        ? { severity: 'critical', reason: `most requests fail: ${issue.detail}` }
        : { severity: 'high', reason: `requests fail: ${issue.detail}` };
    case 'smoke-failed':
      return { severity: 'high', reason: `a critical path is broken: ${issue.detail}` };
    case 'latency':
      return { severity: 'medium', reason: `it became slow: ${issue.detail}` };
    case 'agent-finding':
      return { severity: issue.severity, reason: issue.detail };
    case 'reported':
      return { severity: issue.severity, reason: `reported by ${issue.by}: ${issue.detail}` };
  }
}

export interface IssuePolicy {
  /** `rollback` at once, or `ask` people first, for `highWithin` at the most. */
  readonly high: 'rollback' | 'ask';
  /** Milliseconds. */
  readonly highWithin: number;
  readonly mediumWithin: number;
}

export type IssueResponse =
  | { readonly action: 'rollback'; readonly reason: string }
  | { readonly action: 'ask'; readonly within: number; readonly reason: string }
  | { readonly action: 'note'; readonly reason: string };

/**
 * What a severity calls for (RW-14): critical at once; high at once or, where people are asked first, within its limit;
 * medium is a question of hotfix or rollback, rolled back when nobody answers; low is noted for the next release.
 */
export function respondTo(severity: Severity, policy: IssuePolicy): IssueResponse {
  switch (severity) {
    case 'critical':
      return { action: 'rollback', reason: 'critical: immediate rollback' };
    case 'high':
      return policy.high === 'rollback'
        ? { action: 'rollback', reason: 'high: rollback at once' }
        : {
            action: 'ask',
            within: policy.highWithin,
            reason: 'high: rolled back unless somebody decides otherwise',
          };
    case 'medium':
      return {
        action: 'ask',
        within: policy.mediumWithin,
        reason: 'medium: hotfix if quick, rollback if not',
      };
    case 'low':
      return { action: 'note', reason: 'low: fixed in the next release' };
  }
}

/**
 * How a version is watched on after people left an issue to a hotfix: that issue is known and no longer evidence, everything
 * else still is, and so is the same one where it becomes critical.
 */
export function watchOnWith(monitor: MonitorConfig, known: Issue['kind']): MonitorConfig {
  switch (known) {
    case 'latency': {
      const rest = { ...monitor };
      delete rest.maxLatency;
      return { ...rest, maxLatencyRatio: Number.MAX_SAFE_INTEGER };
    }
    case 'error-rate':
      return { ...monitor, maxErrorRate: Math.max(monitor.maxErrorRate, criticalErrorRate) };
    case 'health-failed':
    case 'deploy-failed':
    case 'migration-failed':
    case 'smoke-failed':
    case 'alert':
    case 'agent-finding':
    case 'reported':
      return monitor;
  }
}
