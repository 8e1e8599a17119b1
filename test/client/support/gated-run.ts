import { condition, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Message } from '../../../src/domain/run/messages.ts';
import type { MessageReply } from '../../../src/domain/run/status.ts';

/** A run that is told whether it waits for an approval; only alice may give it. */
export async function release({ run, waits }: { run: string; waits: boolean }): Promise<void> {
  let over = false;
  const choices = [{ id: 'approve', title: 'approve' }];
  const gate = { id: 'production', kind: 'approval', statement: 'Is it ready?', digest: 'd', choices };
  setHandler(defineQuery('status'), () => ({
    run,
    steps: [],
    gates: waits && !over ? [gate] : [],
    decisions: [],
    refusedCount: 0,
  }));
  setHandler(defineUpdate<MessageReply, [Message]>('approve'), ({ by }) => {
    if (by !== 'alice') return { accepted: false, reason: `${by} may not decide gate production; alice may` };
    if (!waits) return { accepted: false, reason: 'no gate is open' };
    over = true;
    return { accepted: true, reason: 'approved' };
  });
  setHandler(defineUpdate('end'), () => void (over = true));
  await condition(() => over);
}
