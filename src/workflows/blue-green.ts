import { checkBlueGreenInput } from '../domain/blue-green/input.ts';
import { planBlueGreen } from '../domain/blue-green/plan.ts';
import type { RunResult } from '../domain/run/status.ts';
import { complete } from './blue-green/completion.ts';
import { untilItPasses } from './blue-green/fix-loop.ts';
import { besideBlue } from './blue-green/going-back.ts';
import { mayStandBeside, prepare } from './blue-green/preparation.ts';
import { fullReview } from './blue-green/review.ts';
import { conduct } from './run/frame.ts';

/** Puts a version beside the one that serves, mends, tests and reviews it there, and promotes it (processes/blue-green.md), phase by phase. */
export async function blueGreen(input: unknown): Promise<RunResult> {
  return conduct('blueGreen', input, checkBlueGreenInput, async (run, config, asked) => {
    const environment = config.blueGreen?.environment ?? 'production';
    run.found({ environment });
    run.plan(planBlueGreen(config, environment));
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
