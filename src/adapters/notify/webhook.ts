import { createHmac } from 'node:crypto';
import type { Notification } from '../../activities/ports/records.ts';

/** The document that a generic webhook gets (docs/notifications.md). */
export interface WebhookDocument extends Omit<Notification, 'version'> {
  readonly schema: 'sluice.notification/1';
  readonly version: string | null;
  /** ISO 8601, of this attempt. */
  readonly sentAt: string;
}

/** Body and headers; the signature covers the body's bytes as they are sent. */
export function webhookRequest(
  notification: Notification,
  { secret, now }: { secret: string | undefined; now: number },
): { readonly body: string; readonly headers: Record<string, string> } {
  const { key, event, run, product, version, title, body: text, links } = notification;
  const document: WebhookDocument = {
    schema: 'sluice.notification/1',
    key,
    event,
    run,
    product,
    version: version ?? null,
    title,
    body: text,
    links,
    sentAt: new Date(now).toISOString(),
  };
  const body = JSON.stringify(document);
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': visible(key),
    'sluice-event': event,
  };
  if (secret === undefined) return { body, headers };
  const signature = createHmac('sha256', secret).update(body, 'utf8').digest('hex');
  return { body, headers: { ...headers, 'sluice-signature': `sha256=${signature}` } };
}

/** A header holds visible ASCII only: everything else is percent-encoded, line breaks with it. */
const visible = (text: string): string => text.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);
