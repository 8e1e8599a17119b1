import type { NotificationConfig } from '../domain/config/schema.ts';
import type { NotificationMessage } from '../domain/records/records.ts';
import { delivery, stepRef } from './run/effects.ts';

/** Delivers one notification to all its channels, each at least once and independent of the others (RW-13). */
export async function notification(
  channels: readonly NotificationConfig[],
  message: NotificationMessage,
): Promise<string[]> {
  const deliveries = channels.map(async (channel, index) => {
    const name = channel.slack
      ? 'slack'
      : channel.webhook
        ? 'webhook'
        : channel.pagerduty
          ? 'pagerduty'
          : 'email';
    try {
      await delivery.deliver(stepRef(`notify.${name}.${index + 1}`), channel, message);
      return `${name}: delivered`;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return `${name}: not delivered, ${cause instanceof Error ? cause.message : String(cause)}`;
    }
  });
  return Promise.all(deliveries);
}
