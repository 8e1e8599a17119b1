import type { GateStatus, RunStatus } from '../../../domain/run/status.ts';
import { InvalidInput } from '../../errors.ts';
import { confirm } from '../ask.ts';
import type { DecisionCommand } from '../decision-commands.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { renderGate } from '../render/gate.ts';
import { oneLine } from '../render/text.ts';
import { withSluice } from '../session.ts';
import { reasonFor } from './decision-reason.ts';
import { messageOf, type DecideOptions } from './decision-message.ts';
import { gateOf, onlyAtGates, runMeant } from './decision-target.ts';

/** One of the decisions: says whether it was accepted, and why not. */
export async function decide(
  command: DecisionCommand,
  io: Io,
  [run = '', argument]: string[],
  options: DecideOptions,
): Promise<number> {
  if (command.outsideRuns && options.product !== undefined) {
    if (run) throw new InvalidInput(['say either a run or --product, not both']);
    return (await import('./rollback.ts')).rollBackProduct(io, { ...options });
  }
  if (!run)
    throw new InvalidInput([`say which run: sluice ${command.kind} RUN; sluice list shows what there is`]);
  const said = messageOf(command, argument, options);
  return withSluice(options, async (sluice) => {
    const named = await runMeant(io, sluice, command, run);
    const status = command.asks ? await sluice.status(named) : undefined;
    const gate = status && gateOf(command, status, options.gate);
    // Where no gate takes it, the run says so, and nobody is asked first.
    const asked = status !== undefined && (gate !== undefined || !onlyAtGates(command));
    if (asked && !options.yes && io.interactive && !(await agreed(io, command, status, gate, said.by))) {
      io.note('Nothing was sent.');
      return exitCodes.interrupted;
    }
    const why = asked && !options.yes && io.interactive ? await reasonFor(command, status, gate, said) : {};
    const digest = said.digest ?? gate?.digest;
    const reply = await sluice.send(command.kind, status?.run ?? named, {
      ...said,
      ...why,
      ...(gate && said.gate === undefined ? { gate: gate.id } : {}),
      ...(digest && takesDigest(command) ? { digest } : {}),
    });
    if (!reply.accepted) {
      return io.fail({
        code: 'refused',
        message: `${command.kind} was refused by ${reply.run}: ${reply.reason}${whoHint(reply.reason, said.by)}`,
        exitCode: exitCodes.refused,
      });
    }
    io.result(reply, `${io.paint.good('✔')} ${oneLine(reply.reason)} ${io.paint.faint(`(${reply.run})`)}`);
    return exitCodes.done;
  });
}

/** Most who are refused by name are known by another one than their system's. */
function whoHint(reason: string, by: string): string {
  return reason.startsWith(`${by} may not decide`) ? '. Say --by NAME, or set SLUICE_USER' : '';
}

function takesDigest({ options }: DecisionCommand): boolean {
  return options.some(({ flags }) => flags.startsWith('--digest'));
}

async function agreed(
  io: Io,
  command: DecisionCommand,
  status: RunStatus,
  gate: GateStatus | undefined,
  by: string,
): Promise<boolean> {
  if (gate)
    io.note(
      renderGate(gate, status.run, {
        now: Date.now(),
        width: io.width,
        paint: io.paint,
        detailLines: Infinity,
      }).join('\n'),
    );
  else
    io.note(
      `${status.run} ${status.version ? `v${status.version} ` : ''}${io.paint.faint(oneLine(status.reason))}`,
    );
  return confirm(`${command.kind} as ${by}?`);
}
