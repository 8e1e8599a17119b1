import { notificationEvents } from '../config/notification-events.ts';
import { anyText, integer, list, oneOf, optional, shape, text } from '../text/check.ts';
import type { NotificationMessage } from './records.ts';

/** What the workflow `notification` is asked: what to say, and on which channels of a product's configuration. */
export interface NotificationRequest {
  readonly product: string;
  /** Digest of the configuration that has the channels. */
  readonly configuration: string;
  /** Positions in its `notifications`, from 0. */
  readonly channels: readonly number[];
  readonly message: NotificationMessage;
}

const message = shape({
  key: text(1_000),
  event: oneOf(notificationEvents),
  run: text(1_000),
  product: text(100, /^[a-z][a-z0-9-]*$/),
  version: optional(text(200)),
  title: text(5_000),
  body: anyText(1_000_000),
  links: list(shape({ title: text(1_000), url: text(10_000) }), 1_000),
});

/** What is wrong with what people shall be told; nothing where it fits. */
export const messageProblems = (value: unknown): readonly string[] => message(value, 'the message');

const request = shape({
  product: text(100, /^[a-z][a-z0-9-]*$/),
  configuration: text(64, /^[0-9a-f]{64}$/),
  channels: list(integer(0, 99), 100),
  message,
});

/** Checks what starts a notification, for it may come from anywhere. */
export function readNotification(
  input: unknown,
):
  | { readonly ok: true; readonly value: NotificationRequest }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const problems = request(input, 'the notification');
  if (problems.length > 0) return { ok: false, problems };
  const value = input as NotificationRequest;
  return value.message.product === value.product
    ? { ok: true, value }
    : { ok: false, problems: ['the message must be of the product whose channels it goes to'] };
}
