import type { GateStatus, RunStatus } from '../../../domain/run/status.ts';
import { InvalidInput } from '../../errors.ts';
import type { Sluice } from '../../sluice.ts';
import type { DecisionCommand } from '../decision-commands.ts';
import type { Io } from '../io.ts';

/**
 * A product's name means its newest open run. Where several are open, a decision is meant for the one that waits for it; nobody should
 * have to find out that another one was asked.
 */
export async function runMeant(
  io: Io,
  sluice: Sluice,
  command: DecisionCommand,
  name: string,
): Promise<string> {
  if (!onlyAtGates(command) || name.includes('/')) return name;
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

const gateDecisions: ReadonlySet<string> = new Set(['approve', 'reject', 'answer']);

/** Whether it is a decision that only a gate takes. */
export const onlyAtGates = ({ kind }: DecisionCommand): boolean => gateDecisions.has(kind);

/** The gate that this decides: the named one, or the open one that takes such a choice. */
export function gateOf(
  command: DecisionCommand,
  status: RunStatus,
  named: string | undefined,
): GateStatus | undefined {
  if (named !== undefined) return status.gates.find(({ id }) => id === named);
  const fitting = status.gates.filter(({ choices }) => choices.some(({ id }) => id === command.kind));
  return fitting.length === 1 ? fitting[0] : undefined;
}
