import type { MessageKind } from '../domain/run/messages.ts';

/**
 * The public names of a run: its workflow types, messages and ids. Signals and updates are called as in
 * `messageKinds`; a payload is one JSON object (`Message`), an update replies with `MessageReply`.
 */

/** Query: gives a `RunStatus`. */
export const statusQueryName = 'status';

/**
 * Signal from an environment's lock to a run: `{ environment, runId, position, behind }`, where position 0 is the grant; or
 * `{ environment, runId, wanted: true }`. `runId` is that of the first execution.
 */
export const lockSignalName = 'sluice:lock';

/** Signal: `{ text, environment, key }`, an alert that fires and that a run should know of. The same `key` counts once. */
export const alertSignalName = 'sluice:alert';

/** What each message does, shown by the Temporal UI beside its form. */
export const messageDescriptions: Readonly<Record<MessageKind, string>> = {
  approve: 'Approve the open gate: {"by":"alice"}. "gate", "digest", "comment" and "proof" are optional.',
  reject: 'Reject the open gate, with a reason: {"by":"alice","comment":"…"}',
  execute: 'Execute what was approved, where the flow separates approving from executing: {"by":"alice"}',
  pause: 'Hold before the next step: {"by":"alice","comment":"…"}',
  resume: 'Go on after a pause: {"by":"alice"}',
  abort:
    'Stop the run; in production it rolls back: {"by":"alice","comment":"…"}. With "cause":"decision" nothing is wrong with the version.',
  rollback:
    'Roll production back to the previous version: {"by":"alice","comment":"…"}. With "cause":"decision" nothing is wrong with the version.',
  promote:
    'Take a rollout to its next step without waiting, or with "full" through all of them: {"by":"alice","full":true}',
  retry: 'Try the failed step again: {"by":"alice"}',
  answer: 'Answer an open question: {"by":"alice","choice":"…","comment":"…"}',
  comment:
    'Say something for the record; with "severity" it reports an issue in production: {"by":"alice","comment":"…"}',
};
