import { defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Message, MessageKind } from '../../domain/run/messages.ts';
import { stageOf } from '../../domain/run/controls.ts';
import { messageKinds, parseMessage } from '../../domain/run/messages.ts';
import type { RunControl } from '../../domain/run/route.ts';
import { routeMessage } from '../../domain/run/route.ts';
import type { MessageReply, RunStatus } from '../../domain/run/status.ts';
import { alertSignalName, lockSignalName, messageDescriptions, statusQueryName } from '../messages.ts';
import type { Run } from './run.ts';

/**
 * Registers the handlers of a run. Handlers only record: they check, decide where the message goes, and change the
 * state that the main loop waits for. They never throw and never do anything asynchronous.
 */
export function listen(run: Run): void {
  setHandler(defineQuery<RunStatus>(statusQueryName), () => run.status(), {
    description: 'The whole state of the run',
  });
  for (const kind of messageKinds) {
    const description = messageDescriptions[kind];
    const handle = (...args: unknown[]): MessageReply => receive(run, kind, args);
    setHandler(
      defineSignal<unknown[]>(kind),
      (...args) => {
        handle(...args);
      },
      { description },
    );
    setHandler(defineUpdate<MessageReply, unknown[]>(kind), handle, { description });
  }
  setHandler(
    defineSignal<unknown[]>(lockSignalName),
    (...args) => {
      run.locks.hear(args[0]);
      run.publish();
    },
    { description: 'Internal: an environment was granted, or the place in its queue changed' },
  );
  setHandler(
    defineSignal<unknown[]>(alertSignalName),
    (...args) => {
      hearAlert(run, args[0]);
      run.publish();
    },
    { description: 'Internal: a critical alert fires' },
  );
}

/** From the alert receiver, and checked by hand like everything that arrives. Only what is in production can be blamed for an alert there. */
function hearAlert(run: Run, payload: unknown): void {
  if (typeof payload !== 'object' || payload === null) return;
  const { text, environment, key } = payload as Record<string, unknown>;
  if (typeof text !== 'string' || typeof key !== 'string' || environment !== run.environment) return;
  if (stageOf(run.flow, run.stage).issues !== true || !run.reports.isNews(key)) return;
  const detail = text.slice(0, 1_000);
  // One takes production back. Those that come with it are written down: nobody is paged for each of a storm.
  if (run.interrupted || run.reports.alertWaits) {
    run.write('alert', detail);
    return;
  }
  run.reports.add({ kind: 'alert', detail });
}

function receive(run: Run, kind: MessageKind, args: readonly unknown[]): MessageReply {
  try {
    return take(run, kind, args);
  } catch (error) {
    // A defect of ours must not wedge the run: what can't be handled is refused like anything else.
    const reason = `it could not be handled: ${error instanceof Error ? error.message : 'unknown error'}`;
    run.refuse(kind, reason);
    return { accepted: false, reason };
  }
}

function take(run: Run, kind: MessageKind, args: readonly unknown[]): MessageReply {
  const parsed = parseMessage(kind, args);
  if (!parsed.ok) {
    run.refuse(kind, parsed.reason);
    return { accepted: false, reason: parsed.reason };
  }
  const message = parsed.value;
  const routing = routeMessage(message, {
    flow: run.flow,
    stage: run.stage,
    paused: run.paused !== undefined,
    gates: run.gates.open,
    closed: run.gates.closed,
    known: run.known,
    promoters: run.traffic.steering?.promoters,
    now: Date.now(),
  });
  const { by, comment } = message;
  switch (routing.to) {
    case 'refused':
      run.refuse(kind, routing.reason, by);
      return { accepted: false, reason: routing.reason };
    case 'gate':
      run.gates.counts(routing.gate);
      break;
    case 'control':
      control(run, routing.control, message);
      break;
    case 'issue':
      run.reports.add({
        kind: 'reported',
        by,
        severity: message.severity ?? 'medium',
        detail: comment ?? 'no details given',
      });
      break;
    case 'record':
      break;
  }
  run.decided({
    kind,
    by,
    reason: routing.reason,
    ...(routing.to === 'gate' ? { gate: routing.gate.id } : {}),
    ...(comment ? { comment } : {}),
  });
  return { accepted: true, reason: routing.reason };
}

function control(run: Run, what: RunControl, { by, comment, severity, cause, full }: Message): void {
  switch (what) {
    case 'pause':
      run.pause(by, comment);
      return;
    case 'resume':
      run.resume();
      return;
    case 'promote':
      run.traffic.steering?.promote(by, full === true);
      return;
    case 'abort':
    case 'rollback':
      run.interrupt({
        control: what,
        reason: `${what} by ${by}${comment ? `: ${comment}` : ''}`,
        ...(severity ? { severity } : {}),
        ...(cause ? { cause } : {}),
      });
  }
}
