import type { FlowName, Stage } from '../flows/registry.ts';
import type { Control } from '../flows/stages.ts';
import { meaningOf, stageOf } from './controls.ts';
import type { ClosedGate, Gate } from '../gates/gate.ts';
import { castVote } from '../gates/gate.ts';
import { isAmong } from '../gates/person.ts';
import type { Message, Severity } from './messages.ts';

/** What a run knows when a message arrives. */
export interface Reception {
  readonly flow: FlowName;
  readonly stage: Stage;
  readonly paused: boolean;
  readonly gates: readonly Gate[];
  readonly closed: readonly ClosedGate[];
  /** Everybody whom the configuration names, and the one who started the run. */
  readonly known: readonly string[];
  /** Those who may promote a rollout that is under way; undefined where there is none. */
  readonly promoters?: readonly string[] | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What people do to a run as a whole, and to a rollout that is under way. */
export type RunControl = Control | 'promote';

/** Where a message goes: to a gate (as it is after the vote), to the run's controls, into the record, or nowhere. */
export type Routing =
  | { readonly to: 'gate'; readonly gate: Gate; readonly reason: string }
  | {
      readonly to: 'control';
      readonly control: RunControl;
      readonly reason: string;
    }
  | { readonly to: 'issue'; readonly reason: string }
  | { readonly to: 'record'; readonly reason: string }
  | { readonly to: 'refused'; readonly reason: string };

const refuse = (reason: string): Routing => ({ to: 'refused', reason });

/** Decides what a well-formed message does. Total: every message has an answer with a reason. */
export function routeMessage(message: Message, run: Reception): Routing {
  if (run.stage === 'ended') return refuse('the run has ended');
  if (!isAmong(run.known, message.by)) {
    return refuse(
      run.known.length === 0
        ? 'the run has not read its configuration yet; send it again in a moment'
        : `${message.by} is not known to this product; known are ${run.known.join(', ')}`,
    );
  }
  switch (message.kind) {
    case 'comment':
      if (message.severity === undefined) return { to: 'record', reason: 'noted' };
      return reportIssue(message.severity, run);
    case 'pause':
      return run.paused ? refuse('it is paused already') : toControl('pause', run);
    case 'resume':
      return run.paused ? toControl('resume', run) : refuse('it is not paused');
    case 'abort':
    case 'rollback': {
      // Who names a gate decides there and nowhere else: an answer that comes late must not stop the whole run.
      if (message.gate !== undefined) return toGate(message, run);
      const gates = gatesThatTake(message.kind, run.gates);
      const gate = gates.find((each) => each.who.length === 0 || isAmong(each.who, message.by));
      if (gate) return vote(gate, message, run);
      // A question to others does not keep anybody from stopping what they may stop without it.
      const control = toControl(message.kind, run);
      const [first] = gates;
      return first && control.to === 'refused' ? vote(first, message, run) : control;
    }
    case 'promote':
      return promote(message, run);
    case 'approve':
    case 'reject':
    case 'execute':
    case 'retry':
    case 'answer':
      return toGate(message, run);
  }
}

/** A gate that asks for it takes it; otherwise it goes to the rollout that is under way. Only those who may approve production may. */
function promote(message: Message, run: Reception): Routing {
  const [gate] = gatesThatTake('promote', run.gates);
  if (message.gate !== undefined || (gate && !message.full)) return toGate(message, run);
  if (!run.promoters) return refuse('no rollout is under way, so there is nothing to promote');
  if (!isAmong(run.promoters, message.by))
    return refuse(`${message.by} may not promote; ${run.promoters.join(', ') || 'nobody'} may`);
  return {
    to: 'control',
    control: 'promote',
    reason: message.full
      ? 'goes through all steps that are left without waiting, as long as nothing speaks against it'
      : 'goes to the next step without waiting, as long as nothing speaks against it',
  };
}

function reportIssue(severity: Severity, { flow, stage }: Reception): Routing {
  const { issues } = stageOf(flow, stage);
  return issues === true
    ? { to: 'issue', reason: `noted as an issue of severity ${severity}` }
    : refuse(`${issues}; leave "severity" out to comment`);
}

function toControl(control: Control, { flow, stage }: Reception): Routing {
  const { accepted, meaning } = meaningOf(flow, stage, control);
  return accepted ? { to: 'control', control, reason: meaning } : refuse(meaning);
}

function toGate(message: Message, run: Reception): Routing {
  if (message.gate !== undefined) {
    const named = run.gates.find((gate) => gate.id === message.gate);
    if (named) return vote(named, message, run);
    const closed = run.closed.findLast((gate) => gate.id === message.gate);
    if (closed) return refuse(`gate ${closed.id} is no longer open: ${closed.ended}`);
    return refuse(`there is no gate "${message.gate}"; ${openGates(run.gates)}`);
  }
  const choice = message.kind === 'answer' ? message.choice : message.kind;
  if (message.kind === 'answer' && choice === undefined) {
    return refuse(`"choice" is missing; ${openGates(run.gates)}`);
  }
  const candidates = run.gates.length > 1 ? gatesThatTake(choice ?? '', run.gates) : run.gates;
  const [only, second] = candidates;
  if (only && second)
    return refuse(
      `several gates are open (${candidates.map((gate) => gate.id).join(', ')}): say which with "gate"`,
    );
  if (only) return vote(only, message, run);
  const last = run.closed.at(-1);
  return refuse(`no gate is open${last ? `; the last one, ${last.id}, ended: ${last.ended}` : ''}`);
}

function gatesThatTake(choice: string, gates: readonly Gate[]): Gate[] {
  return gates.filter((gate) => gate.choices.some((known) => known.id === choice));
}

function vote(gate: Gate, message: Message, run: Reception): Routing {
  const verdict = castVote(gate, message, run.known, run.now);
  return verdict.accepted
    ? { to: 'gate', gate: verdict.gate, reason: verdict.reason }
    : refuse(verdict.reason);
}

function openGates(gates: readonly Gate[]): string {
  if (gates.length === 0) return 'no gate is open';
  return `open: ${gates.map((gate) => `${gate.id} (${gate.choices.map((choice) => choice.id).join(', ')})`).join('; ')}`;
}
