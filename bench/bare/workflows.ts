import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './activities.ts';

const { nothing, noteStart } = proxyActivities<BareActivities>({ startToCloseTimeout: '1 minute' });

/** What a flow would cost if Sluice added nothing: so many activities, one after the other. */
export async function bareActivities(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await nothing();
}

/** What a decision would cost if Sluice added nothing: a signal, then an activity that notes when it started. */
export async function bareDecision(): Promise<number> {
  let decided = false;
  setHandler(defineSignal('approve'), () => {
    decided = true;
  });
  await condition(() => decided);
  return noteStart();
}
