import { condition } from '@temporalio/workflow';
import type { Choice, Gate, GateJudgement, Vote } from '../../domain/gates/gate.ts';
import { judgeGate } from '../../domain/gates/gate.ts';
import { Interrupted, stopIfInterrupted } from '../run/interrupt.ts';
import { notify } from '../run/notify.ts';
import type { Run } from '../run/run.ts';

type Ending = Exclude<GateJudgement, { action: 'wait' }>;

/** How a gate ended, with the votes that were given there. */
export type GateEnd = Ending & { readonly votes: readonly Vote[] };

export interface GateRequest {
  readonly id: string;
  readonly kind: Gate['kind'];
  readonly statement: string;
  readonly details: string;
  readonly choices: readonly Choice[];
  readonly digest?: string;
  readonly who?: readonly string[];
  readonly quorum?: number;
  readonly excluded?: string;
  /** Milliseconds from now on. */
  readonly remindAfter?: number;
  readonly escalateAfter?: number;
  readonly escalateTo?: readonly string[];
  readonly expiresAfter?: number;
  readonly onExpiry?: string;
  /** Not to be stopped by abort or rollback: the question is how to go on with one. */
  readonly uninterruptible?: boolean;
}

/** Opens a gate, tells people, and waits until they have decided or its time is over. */
export async function passGate(run: Run, request: GateRequest): Promise<GateEnd> {
  const opened = Date.now();
  const gate: Gate = {
    id: request.id,
    kind: request.kind,
    statement: request.statement,
    details: request.details,
    ...(request.digest ? { digest: request.digest } : {}),
    who: request.who ?? [],
    quorum: request.quorum ?? 1,
    ...(request.excluded ? { excluded: request.excluded } : {}),
    choices: request.choices,
    opened,
    ...(request.remindAfter ? { remindAt: opened + request.remindAfter } : {}),
    ...(request.escalateAfter ? { escalateAt: opened + request.escalateAfter } : {}),
    ...(request.expiresAfter ? { expires: opened + request.expiresAfter } : {}),
    ...(request.onExpiry ? { onExpiry: request.onExpiry } : {}),
    votes: [],
  };
  run.gates.opens(gate);
  run.write('gate', `gate ${gate.id} opened: ${gate.statement}`, {
    gate: gate.id,
    digest: gate.digest,
    who: gate.who,
  });
  run.publish();
  run.label();
  notify(run, gate.kind === 'approval' ? 'approval-needed' : 'question', gate.statement, gate.details);
  try {
    const end = await decide(run, gate, request);
    return { ...end, votes: close(run, gate, end.reason) };
  } catch (error) {
    close(run, gate, error instanceof Interrupted ? error.message : 'the run went on without it');
    throw error;
  }
}

async function decide(run: Run, opened: Gate, request: GateRequest): Promise<Ending> {
  const current = (): Gate => run.gates.find(opened.id) ?? opened;
  let last = opened.opened;
  for (;;) {
    if (!request.uninterruptible) stopIfInterrupted(run);
    const gate = current();
    const now = Date.now();
    const judgement = judgeGate(gate, now);
    if (judgement.action !== 'wait') return judgement;
    if (gate.remindAt && last < gate.remindAt && gate.remindAt <= now)
      notify(run, 'reminder', `Still waiting: ${gate.statement}`, gate.details);
    if (gate.escalateAt && last < gate.escalateAt && gate.escalateAt <= now) {
      const to = request.escalateTo?.length ? ` (for ${request.escalateTo.join(', ')})` : '';
      notify(run, 'escalation', `Nobody has decided${to}: ${gate.statement}`, gate.details);
    }
    last = now;
    const votes = gate.votes.length;
    const moved = (): boolean =>
      current().votes.length !== votes || (!request.uninterruptible && run.interrupted !== undefined);
    if (judgement.until === undefined) await condition(moved);
    else
      await condition(moved, Math.max(1, judgement.until - now), {
        summary: `${gate.id}: waiting for people`,
      });
  }
}

/** @returns the votes that were given there */
function close(run: Run, { id, kind }: Pick<Gate, 'id' | 'kind'>, ended: string): readonly Vote[] {
  const votes = run.gates.closes(id, ended);
  run.write('gate', `gate ${id} closed: ${ended}`, { gate: id });
  run.publish();
  // What follows an approval is a step or the end, and they label the run themselves.
  if (kind !== 'approval') run.label();
  return votes;
}
