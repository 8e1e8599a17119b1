import type { Run } from '../run/run.ts';
import type { Green } from './green.ts';

/** BG-10: how the process went, for the result and the record. */
export function measure(run: Run, green: Green): void {
  const { steps } = run.status();
  const attempts = (id: string): number => steps.find((step) => step.id === id)?.attempts ?? 0;
  const measures = {
    durationMs: Date.now() - run.startedAt,
    fixLoopRounds: attempts('green.deploy'),
    driverAttempts: attempts('fix.driver'),
    fixes: green.fixes.length,
    reviewRounds: attempts('review.verdict'),
    reviewOutcome: green.review?.verdict ?? 'none',
    costUsd: Math.round(green.cost * 100) / 100,
  };
  run.measuredBy(measures);
  run.write('measures', `blue/green took ${Math.round((Date.now() - run.startedAt) / 1_000)} s`, measures);
}
