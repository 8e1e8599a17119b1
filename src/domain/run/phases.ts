import { blueGreenPhases } from '../blue-green/plan.ts';
import { releasePhases } from '../release/plan.ts';

const titles: Readonly<Record<string, string>> = { ...releasePhases, ...blueGreenPhases };

/** What people read for a phase; one that no flow has is told as it is. */
export function phaseTitle(phase: string): string {
  return (Object.hasOwn(titles, phase) ? titles[phase] : undefined) ?? phase;
}
