import { isChoiceKind, type Message } from '../run/messages.ts';
import { eachOnce, isAmong, samePerson } from './person.ts';

/**
 * A point that a run can't pass until people have decided. Plain data; the functions are total and clock-free:
 * times are epoch milliseconds and come from outside.
 */
export interface Gate {
  readonly id: string;
  /** `approval`: approve or reject what the digest names. `question`: choose. `task`: do something, then say so. */
  readonly kind: 'approval' | 'question' | 'task';
  /** What is being decided, one sentence. */
  readonly statement: string;
  /** Evidence and details for people, Markdown. */
  readonly details: string;
  readonly digest?: string;
  /** Names of those who may decide; empty: everybody whom the configuration knows. */
  readonly who: readonly string[];
  readonly quorum: number;
  /** The one who started the run, where that one may not decide. */
  readonly excluded?: string;
  readonly choices: readonly Choice[];
  readonly opened: number;
  readonly remindAt?: number;
  readonly escalateAt?: number;
  readonly expires?: number;
  /** What happens at `expires`, for people: `the release is rejected`. */
  readonly onExpiry?: string;
  readonly votes: readonly Vote[];
}

export interface Choice {
  readonly id: string;
  readonly title: string;
}

export interface Vote {
  readonly by: string;
  readonly choice: string;
  readonly at: number;
  readonly comment?: string;
  readonly digest?: string;
  readonly proof?: Readonly<Record<string, string>>;
}

/** A closed gate and how it ended, kept to answer those who come late. */
export interface ClosedGate {
  readonly id: string;
  readonly ended: string;
}

export type Verdict =
  | { readonly accepted: true; readonly gate: Gate; readonly reason: string }
  | { readonly accepted: false; readonly reason: string };

/** Which choice a message stands for; `answer` brings its own. */
function choiceOf({ kind, choice }: Message): string | undefined {
  if (kind === 'answer') return choice;
  return isChoiceKind(kind) ? kind : undefined;
}

/** Counts a message as a vote at a gate, or says why not. */
export function castVote(gate: Gate, message: Message, known: readonly string[], now: number): Verdict {
  const refuse = (reason: string): Verdict => ({ accepted: false, reason });
  const choice = choiceOf(message);
  if (choice === undefined) {
    return refuse(`gate ${gate.id} wants a choice: ${gate.choices.map((c) => c.id).join(', ')}`);
  }
  if (!gate.choices.some((c) => c.id === choice)) {
    return refuse(
      `gate ${gate.id} does not know "${choice}"; it takes ${gate.choices.map((c) => c.id).join(', ')}`,
    );
  }
  const who = gate.who.length > 0 ? gate.who : known;
  if (!isAmong(who, message.by)) {
    return refuse(
      `${message.by} may not decide gate ${gate.id}; ${who.length > 0 ? who.join(', ') : 'nobody'} may`,
    );
  }
  if (gate.excluded !== undefined && samePerson(gate.excluded, message.by)) {
    return refuse(`${message.by} started this run and may not decide gate ${gate.id} as well`);
  }
  const judged = judgeGate(gate, now);
  if (judged.action === 'expired') return refuse(`gate ${gate.id} has expired`);
  // Two messages may come before the run gets to act on the first one: what is decided stays decided.
  if (judged.action === 'decided') return refuse(`gate ${gate.id} is decided already: ${judged.reason}`);
  if (
    message.digest !== undefined &&
    gate.digest !== undefined &&
    !digestMatches(message.digest, gate.digest)
  ) {
    return refuse(
      `the decision names digest ${message.digest.slice(0, 12)}, but gate ${gate.id} is about ${gate.digest.slice(0, 12)}: look again`,
    );
  }
  if (gate.votes.some((vote) => samePerson(vote.by, message.by)))
    return refuse(`${message.by} has already decided gate ${gate.id}`);
  const vote: Vote = {
    by: message.by,
    choice,
    at: now,
    ...(message.comment ? { comment: message.comment } : {}),
    ...(gate.digest ? { digest: gate.digest } : {}),
    ...(message.proof ? { proof: message.proof } : {}),
  };
  const next = { ...gate, votes: [...gate.votes, vote] };
  const missing = stillNeeded(next);
  return {
    accepted: true,
    gate: next,
    reason:
      choice === 'approve' && missing > 0
        ? `approved by ${message.by}; ${missing} more needed`
        : `${choice} by ${message.by}`,
  };
}

/** The first twelve digits are enough to say which bundle was looked at. */
function digestMatches(said: string, digest: string): boolean {
  const plain = said.replace(/^sha256:/, '').toLowerCase();
  return plain.length >= 12 && digest.startsWith(plain);
}

/** How many approvals are missing. */
export function stillNeeded(gate: Gate): number {
  return Math.max(0, gate.quorum - gate.votes.filter((vote) => vote.choice === 'approve').length);
}

export type GateJudgement =
  | { readonly action: 'wait'; readonly until: number | undefined; readonly reason: string }
  | {
      readonly action: 'decided';
      readonly choice: string;
      readonly by: readonly string[];
      readonly comment?: string;
      readonly reason: string;
    }
  | { readonly action: 'expired'; readonly reason: string };

/** Whether a gate is decided: one rejection or one choice suffices, approvals need the quorum. */
export function judgeGate(gate: Gate, now: number): GateJudgement {
  const decisive = gate.votes.find((vote) => vote.choice !== 'approve');
  if (decisive) {
    return {
      action: 'decided',
      choice: decisive.choice,
      by: [decisive.by],
      ...(decisive.comment ? { comment: decisive.comment } : {}),
      reason: `${decisive.choice} by ${decisive.by}${decisive.comment ? `: ${decisive.comment}` : ''}`,
    };
  }
  if (gate.votes.length > 0 && stillNeeded(gate) === 0) {
    const by = gate.votes.map((vote) => vote.by);
    return { action: 'decided', choice: 'approve', by, reason: `approved by ${by.join(', ')}` };
  }
  if (gate.expires !== undefined && now >= gate.expires) {
    return { action: 'expired', reason: `nobody decided gate ${gate.id} in time` };
  }
  const ahead = [gate.remindAt, gate.escalateAt, gate.expires].filter(
    (at): at is number => at !== undefined && at > now,
  );
  return {
    action: 'wait',
    until: ahead.length > 0 ? Math.min(...ahead) : undefined,
    reason: `${stillNeeded(gate)} more needed`,
  };
}

/** Those who may decide at a gate, without the one who is shut out of it. */
export function eligible(who: readonly string[], excluded: string | undefined): string[] {
  return who.filter((name) => excluded === undefined || !samePerson(name, excluded));
}

/** Why an approval of what goes into an environment could never be reached, or nothing: known before any work is done for it. */
export function cannotBeReached(
  environment: string,
  who: readonly string[],
  excluded: string | undefined,
  quorum: number,
): string | undefined {
  const able = eligible(who, excluded);
  if (able.length >= quorum) return undefined;
  const without = able.length < who.length ? `, without ${excluded ?? ''}, who started this run` : '';
  return `${environment} needs ${quorum} ${quorum === 1 ? 'approval' : 'approvals'}, but only ${able.length} may give one (${able.join(', ') || 'nobody'}${without}): name more people in approval.from, or let somebody else start it`;
}

/** Groups and names of a policy as the people they stand for, in order, each person once. */
export function resolvePeople(
  from: readonly string[],
  groups: Readonly<Record<string, readonly string[]>>,
): string[] {
  const people = (entry: string): readonly string[] | undefined =>
    Object.entries(groups).find(([group]) => isAmong([group], entry))?.[1];
  return eachOnce(from.flatMap((entry) => people(entry) ?? [entry]));
}
