import type { PlannedStep } from '../release/plan.ts';

/** The steps of a rollback outside any run, up to the decision; those of the rollback itself follow it. */
export function planManualRollback(environment: string): PlannedStep[] {
  const phase = 'rollback';
  return [
    { id: 'decide.find', phase, title: `Find the way back in ${environment}` },
    { id: 'decide.gate', phase, title: 'Decide: roll back, or a hotfix' },
  ];
}
