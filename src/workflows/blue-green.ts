import { blueGreenFlow } from '../domain/blue-green/flow.ts';
import { environmentOfGreen } from '../domain/blue-green/settings.ts';
import type { RunResult } from '../domain/run/status.ts';
import { complete } from './blue-green/completion.ts';
import { untilItPasses } from './blue-green/fix-loop.ts';
import { besideBlue } from './blue-green/going-back.ts';
import { mayStandBeside, prepare } from './blue-green/preparation.ts';
import { fullReview } from './blue-green/review.ts';
import { runFlow } from './run/frame.ts';

/** Puts a version beside the one that serves, mends, tests and reviews it there, and promotes it (processes/blue-green.md), phase by phase. */
export async function blueGreen(input: unknown): Promise<RunResult> {
  return runFlow(blueGreenFlow, input, async (run, config, asked) => {
    run.found({ environment: environmentOfGreen(config) });
    run.plan(blueGreenFlow.plan(config, asked));
    const green = await prepare(run, config, asked);
    return besideBlue(run, green, async () => {
      await mayStandBeside(run, green, []);
      await untilItPasses(run, green);
      for (;;) {
        const problem = await fullReview(run, green);
        if (!problem) return complete(run, green);
        await untilItPasses(run, green, problem);
      }
    });
  });
}
