import type { Run } from './run.ts';

/** The steps with this prefix that were carried out, as lines of evidence. */
export function checkLines(run: Run, prefix: string): string[] {
  return run
    .status()
    .steps.filter(
      (step) => step.id.startsWith(prefix) && step.state === 'succeeded' && step.id !== 'readiness.source',
    )
    .map((step) => `${step.title}: ${step.summary ?? 'done'}`);
}
