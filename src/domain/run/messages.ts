/**
 * What people send to a run: one JSON object each. Payloads come from anywhere, typed by hand or by programs,
 * so they are checked here by hand, totally: every value gives a message or a reason, never an exception.
 */

import type { RollbackCause } from '../rollback/cause.ts';
import { isRollbackCause, rollbackCauses } from '../rollback/cause.ts';

export const messageKinds = [
  'approve',
  'reject',
  'execute',
  'pause',
  'resume',
  'abort',
  'rollback',
  'promote',
  'retry',
  'answer',
  'comment',
] as const;
export type MessageKind = (typeof messageKinds)[number];

/** Kinds that a gate doesn't know as a choice of the same name: `answer` brings its choice, the others never are one. */
const notChoices = ['pause', 'resume', 'answer', 'comment'] as const satisfies readonly MessageKind[];
export type ChoiceKind = Exclude<MessageKind, (typeof notChoices)[number]>;

/** Whether a choice is given by the message of its name; every other one is given by `answer`. */
export function isChoiceKind(choice: string): choice is ChoiceKind {
  return (
    (messageKinds as readonly string[]).includes(choice) &&
    !(notChoices as readonly string[]).includes(choice)
  );
}

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

export interface Message {
  readonly kind: MessageKind;
  readonly by: string;
  readonly gate?: string;
  readonly comment?: string;
  /** At least twelve leading digits of the digest that was looked at. */
  readonly digest?: string;
  /** For `answer`: one of the question's choices. */
  readonly choice?: string;
  /** For `comment` and `rollback`: an issue seen in production, and how bad it is. */
  readonly severity?: Severity;
  /** For `abort` and `rollback`: whether the version is bad, or people want it otherwise. */
  readonly cause?: RollbackCause;
  /** For `promote`: through all steps that are left, without waiting. */
  readonly full?: boolean;
  /** What the gate's policy asks for. */
  readonly proof?: Readonly<Record<string, string>>;
}

/** Marks a payload that could not be decoded; made by the payload converter. */
export const undecodableMark = '__sluiceUndecodable';

/** Characters; a name, a gate, a choice. */
const nameLimit = 200;
/** Entries of a proof: votes travel with the approval into every effect that needs it. */
const proofLimit = 10;
/** Characters of a comment. Longer ones belong into an issue or a document. */
export const commentLimit = 8_000;

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

const fields = ['by', 'gate', 'comment', 'digest', 'choice', 'severity', 'cause', 'full', 'proof'] as const;

/** Reads a signal's or update's arguments. */
export function parseMessage(kind: MessageKind, args: readonly unknown[]): Parsed<Message> {
  if (args.length > 1) return refuse(`${args.length} arguments were sent; send one JSON object`);
  const payload = args[0];
  if (payload === undefined || payload === null)
    return refuse('nothing was sent; send one JSON object with at least "by"');
  if (typeof payload !== 'object') return refuse(`a ${typeof payload} was sent; send one JSON object`);
  if (ArrayBuffer.isView(payload))
    return refuse('bytes were sent; send one JSON object, encoding json/plain');
  if (Array.isArray(payload)) return refuse('a list was sent; send one JSON object');
  const record = payload as Record<string, unknown>;
  if (undecodableMark in record) {
    const why = record[undecodableMark];
    return refuse(
      `the payload could not be decoded (${typeof why === 'string' ? why.slice(0, nameLimit) : 'unknown'}); send JSON, encoding json/plain`,
    );
  }
  const unknown = Object.keys(record).filter((key) => !(fields as readonly string[]).includes(key));
  if (unknown.length > 0) return refuse(`unknown field ${quote(unknown[0])}; known are ${fields.join(', ')}`);
  for (const key of ['by', 'gate', 'digest', 'choice', 'severity', 'cause', 'comment'] as const) {
    const value = record[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string')
      return refuse(
        `"${key}" must be a text, it is ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
      );
    const limit = key === 'comment' ? commentLimit : nameLimit;
    if (value.length > limit) return refuse(`"${key}" has ${value.length} characters; ${limit} are allowed`);
  }
  const by = text(record['by'])?.trim();
  if (!by) return refuse('"by" is missing: say who you are');
  const severity = text(record['severity']);
  if (severity !== undefined && !isSeverity(severity)) {
    return refuse(`"severity" is ${quote(severity)}; it must be one of ${severities.join(', ')}`);
  }
  const cause = text(record['cause']);
  if (cause !== undefined && !isRollbackCause(cause))
    return refuse(`"cause" is ${quote(cause)}; it must be one of ${rollbackCauses.join(', ')}`);
  if (cause !== undefined && kind !== 'abort' && kind !== 'rollback')
    return refuse('"cause" only goes with abort and rollback');
  const full = record['full'] ?? undefined;
  if (full !== undefined && typeof full !== 'boolean') return refuse('"full" must be true or false');
  if (full !== undefined && kind !== 'promote') return refuse('"full" only goes with promote');
  const proof = parseProof(record['proof']);
  if (!proof.ok) return proof;
  const gate = text(record['gate']);
  const comment = text(record['comment']);
  const digest = text(record['digest']);
  const choice = text(record['choice']);
  return {
    ok: true,
    value: {
      kind,
      by,
      ...(gate ? { gate } : {}),
      ...(comment ? { comment } : {}),
      ...(digest ? { digest } : {}),
      ...(choice ? { choice } : {}),
      ...(severity ? { severity } : {}),
      ...(cause ? { cause } : {}),
      ...(full ? { full } : {}),
      ...(proof.value ? { proof: proof.value } : {}),
    },
  };
}

function parseProof(value: unknown): Parsed<Readonly<Record<string, string>> | undefined> {
  if (value === undefined || value === null) return { ok: true, value: undefined };
  if (typeof value !== 'object' || Array.isArray(value)) return refuse('"proof" must be an object of texts');
  const entries = Object.entries(value);
  if (entries.length > proofLimit)
    return refuse(`"proof" has ${entries.length} entries; ${proofLimit} are allowed`);
  for (const [key, entry] of entries) {
    if (key.length > nameLimit)
      return refuse(`a name in "proof" has ${key.length} characters; ${nameLimit} are allowed`);
    if (typeof entry !== 'string' || entry.length > commentLimit) {
      return refuse(`"proof.${key.slice(0, 40)}" must be a text of at most ${commentLimit} characters`);
    }
  }
  return { ok: true, value: Object.fromEntries(entries) };
}

function isSeverity(value: string): value is Severity {
  return (severities as readonly string[]).includes(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function quote(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 80) : value) ?? 'undefined';
}

function refuse(reason: string): { ok: false; reason: string } {
  return { ok: false, reason };
}
