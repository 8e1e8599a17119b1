import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { RunStatus } from '../domain/run/status.ts';

/**
 * What a watch that is going on has seen last: it beats it to the server and not into the history, so the run itself hears of it only
 * at its end. Where nothing is watched, or it can't be read, the status as it is.
 */
export async function withLiveSamples(client: Client, status: RunStatus): Promise<RunStatus> {
  const watching = status.steps.some(
    ({ id, state }) => state === 'running' && /\.(watch-\d|monitor$)/.test(id),
  );
  if (!watching || status.outcome) return status;
  try {
    const { raw } = await client.workflow.getHandle(status.run).describe();
    const lines = (raw.pendingActivities ?? []).flatMap(({ heartbeatDetails }) => {
      const [payload] = heartbeatDetails?.payloads ?? [];
      return payload ? linesOf(defaultPayloadConverter.fromPayload(payload)) : [];
    });
    if (lines.length === 0) return status;
    return { ...status, rollout: { weights: status.rollout?.weights ?? {}, samples: lines } };
  } catch {
    return status;
  }
}

function linesOf(details: unknown): string[] {
  if (typeof details !== 'object' || details === null || !('lines' in details)) return [];
  const { lines } = details;
  return Array.isArray(lines) ? lines.filter((line): line is string => typeof line === 'string') : [];
}
