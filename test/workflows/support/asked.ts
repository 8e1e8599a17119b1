import type { Flow } from './flows.ts';
import type { SimulatedWorld } from '../../support/simulated/world.ts';

/**
 * The gates that the runs of a world opened, in order, whatever became of them. Where time leaps, a question expires before a test has
 * seen it: that something happened at once means that nobody was asked.
 */
export function asked({ ledger }: SimulatedWorld): string[] {
  return ledger
    .filter(({ kind, summary }) => kind === 'gate' && summary.includes(' opened: '))
    .map(({ data }) => String(data['gate']));
}

/** Milliseconds of the run's own time from the end of a step to the beginning of another; the shortest question takes 15 minutes. */
export async function between(flow: Flow, from: string, to: string): Promise<number> {
  const [before, after] = [await flow.step(from), await flow.step(to)];
  return Date.parse(after?.started ?? '') - Date.parse(before?.ended ?? '');
}
