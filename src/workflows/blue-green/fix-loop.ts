import type { Problem } from '../../domain/agents/problem.ts';
import type { FixLoop } from '../agents/fix-loop.ts';
import { mend, settle } from '../agents/fix-loop.ts';
import type { Run } from '../run/run.ts';
import type { Green } from './green.ts';
import { tryOut, watchBlue } from './try-out.ts';

/** How green is called where nobody gets any further, and what people have to know then. */
export const stuckInGreen = {
  place: 'green',
  hint: 'Blue serves as before. `retry` puts the same commit into green again, with a fresh budget: for a cause that lies outside the code and was mended. A fix of yours is a new commit: return it to development, and start again with it.',
} as const;

/** Phases 2 and 3: mends and tries out, until green runs and passes its tests. */
export async function untilItPasses(run: Run, green: Green, first?: Problem): Promise<void> {
  const loop: FixLoop = {
    ...stuckInGreen,
    note: 'Found and mended while it was put beside the version that serves.',
    meanwhile: () => watchBlue(run, green),
  };
  let problem = first ?? (await tryOut(run, green));
  while (problem) {
    await mend(run, green, problem, loop);
    const next = await tryOut(run, green);
    if (!next) settle(green, 'works now');
    problem = next;
  }
}
