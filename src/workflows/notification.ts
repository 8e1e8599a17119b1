import { workflowInfo } from '@temporalio/workflow';
import { readNotification } from '../domain/records/notification-request.ts';
import { invalidInput } from './run/invalid-input.ts';
import { delivery, stepRef } from './run/effects.ts';

/**
 * Delivers one notification to channels of the product's configuration, each at least once and independent of the others (RW-13).
 * Which address a channel has is known to the workers alone.
 */
export async function notification(input: unknown): Promise<string[]> {
  const read = readNotification(input);
  if (!read.ok) throw invalidInput(read.problems);
  const { product, configuration, channels, message } = read.value;
  const run = { firstRunId: workflowInfo().firstExecutionRunId, product, configuration };
  return Promise.all(
    channels.map(async (channel) => {
      try {
        return await delivery.deliver(stepRef(run, `notify.${channel + 1}`), channel, message);
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        return `channel ${channel + 1}: not delivered, ${cause instanceof Error ? cause.message : String(cause)}`;
      }
    }),
  );
}
