import type { Gate } from '../../domain/gates/gate.ts';
import { eligible, stillNeeded } from '../../domain/gates/gate.ts';
import type { GateStatus, RunStatus } from '../../domain/run/status.ts';
import { isoTime } from '../../domain/text/time.ts';
import type { RunState } from './state.ts';

/** What the query `status` gives, and what the UI shows. */
export function statusOf(run: RunState): RunStatus {
  const { paused, waitingFor, record, traffic, locks } = run;
  return {
    schema: 1,
    run: run.id,
    flow: run.flow,
    product: run.product,
    ...(run.version ? { version: run.version } : {}),
    ...(run.previousVersion ? { previousVersion: run.previousVersion } : {}),
    ...(run.commit ? { commit: run.commit } : {}),
    startedBy: run.startedBy,
    started: isoTime(run.startedAt),
    ...(run.endedAt ? { ended: isoTime(run.endedAt) } : {}),
    ...(run.outcome ? { outcome: run.outcome } : {}),
    reason: run.reason,
    phase: run.phase,
    stage: run.stage,
    ...(paused ? { paused: { ...paused, at: isoTime(paused.at) } } : {}),
    steps: run.steps,
    gates: run.gates.open.map(gateStatus),
    decisions: record.decisions,
    refused: record.refused,
    refusedCount: record.refusedCount,
    blockers: run.blockers,
    concerns: run.concerns,
    ...(waitingFor ? { waitingFor } : {}),
    ...(locks.waiting ? { queue: locks.waiting } : {}),
    ...(traffic.samples.length > 0 || Object.keys(traffic.weights).length > 0
      ? { rollout: { weights: traffic.weights, samples: traffic.samples } }
      : {}),
    links: run.links,
  };
}

function gateStatus(gate: Gate): GateStatus {
  return {
    id: gate.id,
    kind: gate.kind,
    statement: gate.statement,
    details: gate.details,
    ...(gate.digest ? { digest: gate.digest } : {}),
    who: eligible(gate.who, gate.excluded),
    stillNeeded: stillNeeded(gate),
    choices: gate.choices,
    opened: isoTime(gate.opened),
    ...(gate.expires ? { expires: isoTime(gate.expires) } : {}),
    ...(gate.onExpiry ? { onExpiry: gate.onExpiry } : {}),
    votes: gate.votes.map((vote) => ({
      by: vote.by,
      choice: vote.choice,
      at: isoTime(vote.at),
      ...(vote.comment ? { comment: vote.comment } : {}),
    })),
  };
}
