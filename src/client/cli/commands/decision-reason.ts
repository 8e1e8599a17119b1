import { meaningOf } from '../../../domain/run/controls.ts';
import type { GateStatus, RunStatus } from '../../../domain/run/status.ts';
import type { MessageBody } from '../../../control/send.ts';
import { askCause, askText } from '../ask.ts';
import type { DecisionCommand } from '../decision-commands.ts';

/** Who takes a version back says why, where somebody can be asked: what is opened for it afterwards depends on that. */
export async function reasonFor(
  { kind }: DecisionCommand,
  { flow, stage }: RunStatus,
  gate: GateStatus | undefined,
  { cause, comment }: MessageBody,
): Promise<Partial<MessageBody>> {
  if ((kind !== 'abort' && kind !== 'rollback') || gate !== undefined) return {};
  const takesBack = meaningOf(flow, stage, kind).accepted && meaningOf(flow, stage, 'rollback').accepted;
  const chosen = cause ?? (takesBack ? await askCause() : undefined);
  const said = comment ?? (await askText('The reason, for the record:'));
  return { ...(chosen === undefined ? {} : { cause: chosen }), ...(said ? { comment: said } : {}) };
}
