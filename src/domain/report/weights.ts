import type { LedgerLine } from '../records/records.ts';
import type { Bar, Span, WeightSpan } from './model.ts';
import { dataOf, listOf, numberOf, textOf, timeOf } from './read.ts';

/** The steps that give the new version a weight, and what takes it away again. */
const shiftStep = /(?:^|\.)shift-(\d+(?:\.\d+)?)$/;
const takenBack = 'rollback.execute';

/** When the new version had which share of the traffic: from the steps that really gave it, not from the plan. */
export function weightsOf(
  bars: readonly Bar[],
  lines: readonly LedgerLine[],
  { to: end }: Span,
): readonly WeightSpan[] {
  const names = namesOf(lines);
  const given = bars
    .filter(({ state }) => state === 'succeeded')
    .flatMap(({ step, to }) => {
      const weight = shiftStep.exec(step)?.[1];
      if (weight !== undefined) return [{ at: to, weight: Number(weight) }];
      return step === takenBack ? [{ at: to, weight: 0 }] : [];
    })
    .sort((a, b) => a.at - b.at);
  if (!given.some(({ weight }) => weight > 0)) return [];
  return given.flatMap(({ at, weight }, index) => {
    const to = given[index + 1]?.at ?? Math.max(at, lastWatched(bars, lines) ?? end);
    const name = names.get(weight);
    return weight > 0 ? [{ from: at, to, weight, ...(name ? { name } : {}) }] : [];
  });
}

/** What comes after the last look at the last weight is no rollout any more. A watch that goes on ends now. */
function lastWatched(bars: readonly Bar[], lines: readonly LedgerLine[]): number | undefined {
  const ends = [
    ...bars.filter(({ step }) => /(?:^|\.)watch-/.test(step)).map(({ to }) => to),
    ...lines.filter(({ kind }) => kind === 'evidence').flatMap(({ at }) => timeOf(at) ?? []),
  ];
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

function namesOf(lines: readonly LedgerLine[]): ReadonlyMap<number, string> {
  const plan = lines.findLast(({ kind }) => kind === 'rollout')?.data['plan'];
  const steps = Array.isArray(plan) ? plan : listOf(dataOf(plan)['steps']);
  return new Map(
    steps.map(dataOf).flatMap((step): [number, string][] => {
      const [weight, name] = [numberOf(step['weight']), textOf(step['name'])];
      return weight !== undefined && name !== undefined ? [[weight, name]] : [];
    }),
  );
}
