import { ActivityFailure, CancellationScope, condition, isCancellation, patched } from '@temporalio/workflow';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import { defaultEnvironment } from '../../domain/environments/purpose.ts';
import type { Severity } from '../../domain/run/messages.ts';
import type { Issue } from '../../domain/run/severity.ts';
import { assessSeverity, respondTo } from '../../domain/run/severity.ts';
import { notedTask } from '../../domain/rollback/noted-issue.ts';
import { formatDuration } from '../../domain/text/time.ts';
import { outcomeOf } from '../run/answered.ts';
import { quick, stepRef } from '../run/effects.ts';
import { passGate } from '../gates/gates.ts';
import { Interrupted, stopIfInterrupted } from '../run/interrupt.ts';
import { notify } from '../run/notify.ts';
import type { Run } from '../run/run.ts';

/** The environment must go back: thrown where the issue was judged, caught where it is rolled back. */
export class RollbackWanted extends Error {
  override readonly name = 'RollbackWanted';
  readonly severity: Severity;
  constructor(reason: string, severity: Severity) {
    super(reason);
    this.severity = severity;
  }
}

/** Judges an issue in the environment by its severity (RW-14): rolls back, asks first, or notes it and goes on. */
export async function judgeIssue(run: Run, environment: EnvironmentConfig, issue: Issue): Promise<void> {
  const { severity, reason } = assessSeverity(issue);
  const response = respondTo(severity, environment.issues);
  run.judged(severity);
  run.write('issue', `${severity}: ${reason}`, { issue, response });
  notify(
    run,
    'issue',
    `${severity} issue in ${where(run)}: ${run.product} v${run.version ?? ''}`,
    `${reason}\n\n${response.reason}`,
  );
  switch (response.action) {
    case 'rollback':
      throw new RollbackWanted(`${reason} (${response.reason})`, severity);
    case 'note':
      run.concern(`low issue noted for the next release: ${reason}`);
      leaveTask(run, severity, reason, []);
      return;
    case 'ask':
      await askFirst(run, reason, severity, response.within);
  }
}

/** The environment that the run is about, for people. */
const where = ({ environment = defaultEnvironment }: Run): string => environment;

async function askFirst(run: Run, reason: string, severity: Severity, within: number): Promise<void> {
  const end = await passGate(run, {
    id: run.reports.nextQuestion(),
    kind: 'question',
    statement: `${severity} issue in ${where(run)}: ${reason}`,
    details: `Without an answer ${where(run)} is rolled back after ${formatDuration(within)}.`,
    choices: [
      { id: 'rollback', title: 'roll back' },
      { id: 'hotfix', title: 'leave it, a hotfix is quick' },
    ],
    expiresAfter: within,
    onExpiry: `${where(run)} is rolled back`,
  });
  if (end.action === 'expired')
    throw new RollbackWanted(`${reason} (nobody decided within ${formatDuration(within)})`, severity);
  if (end.choice === 'rollback') throw new RollbackWanted(`${reason} (${end.reason})`, severity);
  run.concern(`${severity} issue left to a hotfix by ${end.by.join(', ')}: ${reason}`);
  leaveTask(run, severity, reason, end.by);
}

/** What a version goes on with is a task, which the next release names; opened beside the run, which does not end before. */
function leaveTask(run: Run, severity: Severity, reason: string, leftBy: readonly string[]): void {
  if (!patched('noted-issues-are-tasks')) return;
  const task = notedTask({
    product: run.product,
    version: run.version ?? '',
    environment: where(run),
    run: run.id,
    severity,
    reason,
    leftBy,
  });
  const ref = stepRef(run, run.reports.nextNoted());
  const open = async (): Promise<void> => {
    try {
      const opened = outcomeOf('openIssue', await quick.openIssue(ref, task));
      if (opened.value) run.addLink({ title: task.title, url: opened.value.url });
      else run.concern(`the task "${task.title}" was not opened: ${opened.summary}`);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      run.concern(`the task "${task.title}" was not opened: ${error.cause?.message ?? error.message}`);
    }
  };
  run.background.add(CancellationScope.nonCancellable(open));
}

/**
 * Does work on an environment while what people report of it is judged beside it, at once and each on its own: a critical report
 * does not wait until the step that runs, or a question about something smaller, is over.
 */
export async function whileJudgingReports<T>(
  run: Run,
  environment: EnvironmentConfig,
  work: () => Promise<T>,
): Promise<T> {
  const desk = new CancellationScope();
  const receiving = desk.run(() => receiveReports(run, environment)).catch(unlessStopped);
  try {
    return await work();
  } finally {
    desk.cancel();
    await receiving;
  }
}

async function receiveReports(run: Run, environment: EnvironmentConfig): Promise<never> {
  for (;;) {
    await condition(() => run.reports.any);
    for (const issue of run.reports.takeAll()) void judgeReport(run, environment, issue);
  }
}

async function judgeReport(run: Run, environment: EnvironmentConfig, issue: Issue): Promise<void> {
  await run.reports.judge(async () => {
    try {
      await judgeIssue(run, environment, issue);
    } catch (error) {
      if (error instanceof RollbackWanted)
        run.interrupt({ control: 'rollback', reason: error.message, severity: error.severity });
      else unlessStopped(error);
    }
  });
}

/** The environment does not hold before every issue that was reported is judged. */
export async function reportsJudged(run: Run): Promise<void> {
  await condition(() => run.reports.allJudged || run.interrupted !== undefined);
  stopIfInterrupted(run);
}

function unlessStopped(error: unknown): void {
  if (!isCancellation(error) && !(error instanceof Interrupted)) throw error;
}
