import { condition, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Message } from '../../../src/domain/run/messages.ts';
import type { DecisionRecord, MessageReply, RunStatus } from '../../../src/domain/run/status.ts';

/** A run that takes its time: it answers a pause only once it has been told to. */
export async function release(): Promise<void> {
  const decisions: DecisionRecord[] = [];
  let answering = false;
  let over = false;
  setHandler(defineQuery<Pick<RunStatus, 'decisions' | 'refusedCount'>>('status'), () => ({
    decisions,
    refusedCount: 0,
  }));
  setHandler(defineUpdate<MessageReply, [Message]>('pause'), async ({ by }) => {
    await condition(() => answering);
    decisions.push({ kind: 'pause', by, at: new Date().toISOString(), reason: 'paused' });
    return { accepted: true, reason: `decision ${decisions.length}` };
  });
  setHandler(defineSignal('answer'), () => void (answering = true));
  setHandler(defineSignal('end'), () => void (over = true));
  await condition(() => over);
}
