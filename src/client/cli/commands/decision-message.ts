import { severities } from '../../../domain/run/messages.ts';
import { isRollbackCause, rollbackCauses } from '../../../domain/rollback/cause.ts';
import type { MessageBody } from '../../../control/send.ts';
import { InvalidInput } from '../../errors.ts';
import type { DecisionCommand } from '../decision-commands.ts';
import { whoAmI } from '../identity.ts';
import type { SharedOptions } from '../options.ts';

export interface DecideOptions extends SharedOptions {
  readonly by?: string;
  readonly comment?: string;
  readonly gate?: string;
  readonly digest?: string;
  readonly severity?: string;
  readonly cause?: string;
  readonly proof?: readonly string[];
  readonly yes?: true;
  /** Of `promote`. */
  readonly full?: true;
  /** Of `rollback`: a product and not a run. */
  readonly product?: string;
  readonly environment?: string;
  readonly version?: string;
}

/** What is sent, as it was said on the command line. @throws InvalidInput */
export function messageOf(
  command: DecisionCommand,
  argument: string | undefined,
  options: DecideOptions,
): MessageBody {
  const { gate, digest } = options;
  const severity = severities.find((known) => known === options.severity);
  if (options.severity !== undefined && !severity)
    throw new InvalidInput([
      `--severity is "${options.severity}"; it must be one of ${severities.join(', ')}`,
    ]);
  const { cause } = options;
  if (cause !== undefined && !isRollbackCause(cause))
    throw new InvalidInput([`--cause is "${cause}"; it must be one of ${rollbackCauses.join(', ')}`]);
  const field = command.argument?.field;
  const comment = field === 'comment' ? (argument ?? options.comment) : options.comment;
  if (command.kind === 'comment' && !comment)
    throw new InvalidInput(['say something: sluice comment RUN "…"']);
  if (command.kind === 'reject' && !comment?.trim())
    throw new InvalidInput(['say why: sluice reject RUN --comment "…"; whoever mends it has to know']);
  return {
    by: whoAmI(options.by),
    ...(comment ? { comment } : {}),
    ...(field === 'choice' && argument ? { choice: argument } : {}),
    ...(gate ? { gate } : {}),
    ...(digest ? { digest } : {}),
    ...(severity ? { severity } : {}),
    ...(cause === undefined ? {} : { cause }),
    ...(options.full ? { full: true } : {}),
    ...(options.proof ? { proof: proofOf(options.proof) } : {}),
  };
}

function proofOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new InvalidInput([`--proof is "${pair}"; write it like totp=123456`]);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
