import type { MessageKind } from '../../domain/run/messages.ts';

/** How a kind of message is given on the command line. */
export interface DecisionCommand {
  readonly kind: MessageKind;
  readonly description: string;
  readonly argument?: {
    readonly usage: string;
    readonly description: string;
    readonly field: 'choice' | 'comment';
  };
  readonly options: readonly (readonly [flags: string, description: string])[];
  /** Shows what is being decided and asks first. */
  readonly asks: boolean;
}

const gate = ['--gate <id>', 'which, where several are open'] as const;
const digest = ['--digest <digest>', 'of what you looked at (default: of what is shown)'] as const;
const proof = ['--proof <name=value...>', "what the gate's policy asks for"] as const;
const severity = ['--severity <level>', 'of an issue in production: critical, high, medium or low'] as const;

export const decisionCommands: readonly DecisionCommand[] = [
  { kind: 'approve', description: 'approve what a gate shows', options: [gate, digest, proof], asks: true },
  { kind: 'reject', description: 'reject it, with a reason', options: [gate, digest, proof], asks: true },
  {
    kind: 'execute',
    description: 'execute what was approved, where that is a step of its own',
    options: [gate, digest, proof],
    asks: true,
  },
  { kind: 'pause', description: 'hold before the next step', options: [], asks: false },
  { kind: 'resume', description: 'go on after a pause', options: [], asks: false },
  { kind: 'abort', description: 'stop the run; in production it rolls back', options: [gate], asks: true },
  {
    kind: 'rollback',
    description: 'roll production back to the version before: in a run, or by product outside any',
    options: [
      gate,
      severity,
      ['--product <name>', 'outside any run: of this product'],
      ['--environment <name>', 'outside any run: there (default: production)'],
      ['--version <version>', 'outside any run: to this version (default: previous)'],
    ],
    asks: true,
  },
  {
    kind: 'promote',
    description: 'take a rollout to its next step without waiting',
    options: [gate, ['--full', 'through all steps that are left']],
    asks: true,
  },
  { kind: 'retry', description: 'try the failed step again', options: [gate], asks: false },
  {
    kind: 'answer',
    description: 'answer an open question',
    argument: { usage: '<choice>', description: "one of the question's choices", field: 'choice' },
    options: [gate, digest, proof],
    asks: false,
  },
  {
    kind: 'comment',
    description: 'say something for the record; with --severity it reports an issue in production',
    argument: { usage: '[text]', description: 'what to say', field: 'comment' },
    options: [severity],
    asks: false,
  },
];
