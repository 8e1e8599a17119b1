import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { Issue } from '../../domain/severity.ts';
import { assessSeverity, respondTo } from '../../domain/severity.ts';
import { formatDuration } from '../../domain/time.ts';
import { passGate } from './gates.ts';
import { notify } from './notify.ts';
import type { Run } from './run.ts';

/** Production must go back: thrown where the issue was judged, caught where production is rolled back. */
export class RollbackWanted extends Error {
  override readonly name = 'RollbackWanted';
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  constructor(reason: string, severity: 'critical' | 'high' | 'medium' | 'low') {
    super(reason);
    this.severity = severity;
  }
}

/** Judges an issue in production by its severity (RW-14): rolls back, asks first, or notes it and goes on. */
export async function judgeIssue(run: Run, production: EnvironmentConfig, issue: Issue): Promise<void> {
  const { severity, reason } = assessSeverity(issue);
  const response = respondTo(severity, production.issues);
  run.severity = severity;
  run.write('issue', `${severity}: ${reason}`, { issue, response });
  notify(run, 'issue', `${severity} issue in production: ${run.product} v${run.version ?? ''}`, `${reason}\n\n${response.reason}`);
  switch (response.action) {
    case 'rollback':
      throw new RollbackWanted(`${reason} (${response.reason})`, severity);
    case 'note':
      run.concerns.push(`low issue noted for the next release: ${reason}`);
      return;
    case 'ask':
      await askFirst(run, reason, severity, response.within);
  }
}

async function askFirst(run: Run, reason: string, severity: 'critical' | 'high' | 'medium' | 'low', within: number): Promise<void> {
  const end = await passGate(run, {
    id: 'issue',
    kind: 'question',
    statement: `${severity} issue in production: ${reason}`,
    details: `Without an answer production is rolled back after ${formatDuration(within)}.`,
    choices: [
      { id: 'rollback', title: 'roll back' },
      { id: 'hotfix', title: 'leave it, a hotfix is quick' },
    ],
    expiresAfter: within,
    onExpiry: 'production is rolled back',
  });
  if (end.action === 'expired') throw new RollbackWanted(`${reason} (nobody decided within ${formatDuration(within)})`, severity);
  if (end.choice === 'rollback') throw new RollbackWanted(`${reason} (${end.reason})`, severity);
  run.concerns.push(`${severity} issue left to a hotfix by ${end.by.join(', ')}: ${reason}`);
}
