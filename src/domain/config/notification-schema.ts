import { z } from 'zod';
import { notificationEvents } from './notification-events.ts';
import { expand, secretRef } from './parts.ts';

const event = z.enum(notificationEvents);

/** What a channel that wakes people is for where it doesn't say: what can't wait until somebody looks. */
const onCallEvents: readonly z.output<typeof event>[] = ['rollback-failed', 'rolled-back', 'failed', 'issue'];

/** One of `notifications`: a channel, and what it is told (docs/notifications.md). */
export const notificationSchema = z
  .strictObject({
    on: z.array(event).optional(),
    slack: secretRef.optional(),
    webhook: z
      .preprocess(expand('url'), z.strictObject({ url: z.string().min(1), secret: secretRef.optional() }))
      .optional(),
    email: z.strictObject({ smtp: secretRef, from: z.string(), to: z.array(z.string()).min(1) }).optional(),
    /** Whoever is on call: PagerDuty, or what takes its Events API v2. */
    pagerduty: z
      .strictObject({
        /** The integration key. */
        routingKey: secretRef,
        url: z.url({ error: 'not a URL' }).default('https://events.pagerduty.com/v2/enqueue'),
      })
      .optional(),
  })
  .refine(
    ({ slack, webhook, email, pagerduty }) => [slack, webhook, email, pagerduty].filter(Boolean).length === 1,
    { error: 'say where it goes: exactly one of slack, webhook, email or pagerduty' },
  )
  .transform((value): typeof value =>
    value.pagerduty && !value.on ? { ...value, on: [...onCallEvents] } : value,
  );

export type NotificationConfig = z.output<typeof notificationSchema>;
export type NotificationEvent = z.output<typeof event>;
