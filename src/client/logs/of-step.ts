import { didYouMean, nearest } from '../../domain/text/nearest.ts';
import { InvalidInput } from '../errors.ts';
import type { RunLine } from './run-line.ts';

/** `staging` means all steps of it. */
export function isOfStep({ step }: RunLine, wanted: string | undefined): boolean {
  return wanted === undefined || step === wanted || (step?.startsWith(`${wanted}.`) ?? false);
}

/** @throws InvalidInput with the steps that were probably meant */
export function requireStep(wanted: string | undefined, lines: readonly RunLine[], run: string): void {
  if (wanted === undefined || lines.some((line) => isOfStep(line, wanted))) return;
  const steps = [...new Set(lines.flatMap(({ step }) => step ?? []))];
  const near = nearest(wanted, steps);
  const hint = near.length > 0 ? didYouMean(near) : steps.length > 0 ? `; there are ${steps.join(', ')}` : '';
  throw new InvalidInput([`${run} has no lines of a step ${wanted}${hint}`]);
}
