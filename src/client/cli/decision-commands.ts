import type { FlowName } from '../../domain/flows/registry.ts';
import { rollbackCauses } from '../../domain/rollback/cause.ts';
import type { MessageKind } from '../../domain/run/messages.ts';
import type { ArgumentSpec, OptionSpec } from './command.ts';

/** How a kind of message is given on the command line. */
export interface DecisionCommand {
  readonly kind: MessageKind;
  readonly says: string;
  readonly argument?: ArgumentSpec & { readonly field: 'choice' | 'comment' };
  readonly options: readonly OptionSpec[];
  /** The flow that it starts where a product is named and no run. */
  readonly outsideRuns?: FlowName;
  /** Shows what is being decided and asks first. */
  readonly asks: boolean;
}

const gate: OptionSpec = { flags: '--gate <id>', says: 'which, where several are open' };
const digest: OptionSpec = {
  flags: '--digest <digest>',
  says: 'of what you looked at (default: of what is shown)',
};
const proof: OptionSpec = { flags: '--proof <name=value...>', says: "what the gate's policy asks for" };
const severity: OptionSpec = {
  flags: '--severity <level>',
  says: 'of an issue in production: critical, high, medium or low',
};

const cause: OptionSpec = {
  flags: '--cause <cause>',
  says: `fault, where the version is bad, or decision, where nothing is wrong with it (default: ${rollbackCauses[0]})`,
};

export const decisionCommands: readonly DecisionCommand[] = [
  { kind: 'approve', says: 'approve what a gate shows', options: [gate, digest, proof], asks: true },
  { kind: 'reject', says: 'reject it, with a reason', options: [gate, digest, proof], asks: true },
  {
    kind: 'execute',
    says: 'execute what was approved, where that is a step of its own',
    options: [gate, digest, proof],
    asks: true,
  },
  { kind: 'pause', says: 'hold before the next step', options: [], asks: false },
  { kind: 'resume', says: 'go on after a pause', options: [], asks: false },
  { kind: 'abort', says: 'stop the run; in production it rolls back', options: [gate, cause], asks: true },
  {
    kind: 'rollback',
    says: 'roll production back to the version before: in a run, or by product outside any',
    options: [gate, severity, cause],
    outsideRuns: 'rollback',
    asks: true,
  },
  {
    kind: 'promote',
    says: 'take a rollout to its next step without waiting',
    options: [gate, { flags: '--full', says: 'through all steps that are left' }],
    asks: true,
  },
  { kind: 'retry', says: 'try the failed step again', options: [gate], asks: false },
  {
    kind: 'answer',
    says: 'answer an open question',
    argument: { usage: '<choice>', says: "one of the question's choices", field: 'choice' },
    options: [gate, digest, proof],
    asks: false,
  },
  {
    kind: 'comment',
    says: 'say something for the record; with --severity it reports an issue in production',
    argument: { usage: '[text]', says: 'what to say', field: 'comment' },
    options: [severity],
    asks: false,
  },
];
