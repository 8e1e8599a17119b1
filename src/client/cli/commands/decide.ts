import type { Message } from '../../../domain/run/messages.ts';
import { severities } from '../../../domain/run/messages.ts';
import type { GateStatus, RunStatus } from '../../../domain/run/status.ts';
import { InvalidInput } from '../../errors.ts';
import type { Sluice } from '../../sluice.ts';
import { confirm } from '../ask.ts';
import type { DecisionCommand } from '../decision-commands.ts';
import { exitCodes } from '../exit-codes.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderGate } from '../render/gate.ts';
import { oneLine } from '../render/text.ts';
import { withSluice } from '../session.ts';

interface DecideOptions extends SharedOptions {
  readonly by?: string;
  readonly comment?: string;
  readonly gate?: string;
  readonly digest?: string;
  readonly severity?: string;
  readonly proof?: readonly string[];
  readonly yes?: true;
  /** Of `promote`. */
  readonly full?: true;
  /** Of `rollback`: a product and not a run. */
  readonly product?: string;
  readonly environment?: string;
  readonly version?: string;
}

/** One of the decisions (design §4): says whether it was accepted, and why not. */
export async function decide(
  command: DecisionCommand,
  io: Io,
  [run = '', argument]: string[],
  options: DecideOptions,
): Promise<number> {
  if (command.kind === 'rollback' && options.product !== undefined) {
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
    if (status && !options.yes && io.interactive && !(await agreed(io, command, status, gate, said.by))) {
      io.note('Nothing was sent.');
      return exitCodes.interrupted;
    }
    const digest = said.digest ?? gate?.digest;
    const reply = await sluice.send(command.kind, status?.run ?? named, {
      ...said,
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

/**
 * A product's name means its newest open run. Where several are open, a decision is meant for the one that waits for it; nobody should
 * have to find out that another one was asked.
 */
async function runMeant(io: Io, sluice: Sluice, command: DecisionCommand, name: string): Promise<string> {
  if (!gateDecisions.has(command.kind) || name.includes('/')) return name;
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return name;
  const open = await sluice.list({ product: name, open: true });
  if (open.length < 2) return name;
  const states = await Promise.all(open.map(({ run }) => sluice.status(run)));
  const waiting = states.filter(({ gates }) =>
    command.kind === 'answer'
      ? gates.length > 0
      : gates.some(({ choices }) => choices.some(({ id }) => id === command.kind)),
  );
  const [only] = waiting;
  if (waiting.length > 1)
    throw new InvalidInput([
      `several runs of ${name} wait for a decision: say which, ${waiting.map((status) => status.run).join(' or ')}`,
    ]);
  if (only === undefined) return name;
  io.note(`${open.length} runs of ${name} are open; ${only.run} is the one that waits for this.`);
  return only.run;
}

/** Decisions that only a gate takes. */
const gateDecisions: ReadonlySet<string> = new Set(['approve', 'reject', 'answer']);

/** Most who are refused by name are known by another one than their system's. */
function whoHint(reason: string, by: string): string {
  return reason.startsWith(`${by} may not decide`) ? '. Say --by NAME, or set SLUICE_USER' : '';
}

function takesDigest({ options }: DecisionCommand): boolean {
  return options.some(({ flags }) => flags.startsWith('--digest'));
}

/** The gate that this decides: the named one, or the open one that takes such a choice. */
function gateOf(
  command: DecisionCommand,
  status: RunStatus,
  named: string | undefined,
): GateStatus | undefined {
  if (named !== undefined) return status.gates.find(({ id }) => id === named);
  const fitting = status.gates.filter(({ choices }) => choices.some(({ id }) => id === command.kind));
  return fitting.length === 1 ? fitting[0] : undefined;
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

function messageOf(
  command: DecisionCommand,
  argument: string | undefined,
  options: DecideOptions,
): Omit<Message, 'kind'> {
  const { gate, digest } = options;
  const severity = severities.find((known) => known === options.severity);
  if (options.severity !== undefined && !severity)
    throw new InvalidInput([
      `--severity is "${options.severity}"; it must be one of ${severities.join(', ')}`,
    ]);
  const field = command.argument?.field;
  const comment = field === 'comment' ? (argument ?? options.comment) : options.comment;
  if (command.kind === 'comment' && !comment)
    throw new InvalidInput(['say something: sluice comment RUN "…"']);
  return {
    by: whoAmI(options.by),
    ...(comment ? { comment } : {}),
    ...(field === 'choice' && argument ? { choice: argument } : {}),
    ...(gate ? { gate } : {}),
    ...(digest ? { digest } : {}),
    ...(severity ? { severity } : {}),
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
