import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Decision } from '../../domain/rollout/decision.ts';
import { bullets } from '../../domain/text/markdown.ts';
import type { GateEnd } from '../gates/gates.ts';
import { passGate } from '../gates/gates.ts';
import { Interrupted } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import type { Rollout } from './rollout.ts';
import { promotersOf } from './rollout.ts';

/** A question to people beside the watch: the version is watched on until somebody answers, or evidence does. */
export interface Question {
  /** Nothing can be seen; otherwise the plan wants a person's word. */
  readonly blind: boolean;
  readonly answer: () => GateEnd | undefined;
  /** It is no longer asked. */
  readonly withdraw: () => void;
}

/** Opens it, and does not wait for the answer. */
export function ask(
  run: Run,
  rollout: Rollout,
  weight: number,
  asked: Extract<Decision, { action: 'ask' }>,
): Question {
  const scope = new CancellationScope();
  let end: GateEnd | undefined;
  void scope
    .run(() => open(run, rollout, weight, asked))
    .then(
      (ended) => {
        end = ended;
      },
      (error: unknown) => {
        if (!isCancellation(error) && !(error instanceof Interrupted)) throw error;
      },
    );
  return {
    blind: asked.blind,
    answer: () => end,
    withdraw: () => {
      scope.cancel();
    },
  };
}

function open(
  run: Run,
  rollout: Rollout,
  weight: number,
  { blind, reason }: Extract<Decision, { action: 'ask' }>,
): Promise<GateEnd> {
  return passGate(run, {
    id: `rollout:${weight}`,
    kind: 'question',
    statement: blind
      ? `${run.product} v${run.version ?? ''} takes ${weight} % and can't be judged: ${reason}`
      : reason,
    details: [
      blind
        ? 'The traffic stays as it is, and the rollout goes on by itself once everything can be seen.'
        : 'It is watched on until somebody decides.',
      bullets(run.traffic.samples.slice(-5)),
    ].join('\n\n'),
    who: promotersOf(run, rollout),
    choices: [
      { id: 'promote', title: blind ? 'go on: I have looked myself' : 'go on' },
      { id: 'rollback', title: 'roll back' },
    ],
  });
}
