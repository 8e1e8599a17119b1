import type { GateStatus } from '../run/status.ts';
import { formatDuration } from '../text/time.ts';
import type { Scenario } from './scenario-schema.ts';

/** What a simulated person does at a gate. */
export interface Intention {
  /** Milliseconds after the gate opened; undefined: never. */
  readonly after: number | undefined;
  readonly choice: string;
  /** For people: `approves`, or why it is this answer. */
  readonly why: string;
}

export const approveAfter = 10 * 60_000;

/** So often people say that it shall be tried again, before they give it up. */
const patience = 2;

/**
 * What people do at a gate: as the scenario says, else the safe thing.
 * @param before how often this gate was answered already
 */
export function intend(gate: GateStatus, { people, faults }: Scenario, before: number): Intention {
  const said = people.answers[gate.id];
  if (said !== undefined) return { after: people['answer-after'], choice: said, why: 'as the scenario says' };
  if (gate.kind !== 'approval')
    return { after: people['answer-after'], choice: safeChoice(gate, before), why: 'the safe answer' };
  const own = people['approve-after'];
  const none = faults.find((fault) => fault.approvals);
  if (none || own === 'never')
    return {
      after: none?.for === undefined || own === 'never' ? undefined : none.for + (own ?? approveAfter),
      choice: people.decision,
      why: 'nobody approves',
    };
  return { after: own ?? approveAfter, choice: people.decision, why: 'as people do' };
}

/**
 * The answer that hurts least: what was rehearsed for goes on, what nobody can see goes back, what failed is tried again, but not for ever,
 * and data is left as it is.
 */
export function safeChoice({ choices }: Pick<GateStatus, 'choices'>, before: number): string {
  const has = (id: string): boolean => choices.some((choice) => choice.id === id);
  if (has('pass')) return 'pass';
  if (has('keep')) return 'keep';
  if (has('advice')) return 'advice';
  // The agents had all that they may use, and what serves was not touched.
  if (has('return-to-development')) return 'return-to-development';
  // The step went well, and the plan wants somebody to say so; where nothing could be seen, the title says that one must have looked.
  if (has('promote'))
    return choices.find(({ id }) => id === 'promote')?.title === 'go on' ? 'promote' : 'rollback';
  if (has('rollback')) return 'rollback';
  if (has('retry') && before < patience) return 'retry';
  for (const last of ['abort', 'give-up', 'failed', 'done']) if (has(last)) return last;
  return choices.at(-1)?.id ?? 'retry';
}

/** In one sentence, for the header. */
export function describePeople({ people, faults }: Scenario): string {
  const none = faults.find((fault) => fault.approvals);
  const own = people['approve-after'];
  const verb = people.decision === 'approve' ? 'approve' : 'reject';
  const later = `they ${verb} after ${formatDuration(own === 'never' || own === undefined ? approveAfter : own)}`;
  const never = own === 'never' || (none !== undefined && none.for === undefined);
  const approvals = never
    ? 'nobody approves'
    : none?.for === undefined
      ? later
      : `nobody approves for ${formatDuration(none.for)}, then ${later}`;
  const answers = Object.entries(people.answers).map(([gate, choice]) => `${gate} → ${choice}`);
  return `${approvals}; questions are answered after ${formatDuration(people['answer-after'])}: ${[...answers, answers.length > 0 ? 'others with the safe answer' : 'the safe answer'].join(', ')}`;
}
