import type { Notification, Notifier } from '../../activities/ports/records.ts';
import type { SecretResolver } from '../../activities/ports/secrets.ts';
import { emailMessage } from './email.ts';
import { page, pagerDutyEvent } from './pagerduty.ts';
import { post } from './post.ts';
import { sendMail } from './send-mail.ts';
import { slackMessage } from './slack.ts';
import { visible } from '../../domain/text/visible.ts';
import { webhookRequest } from './webhook.ts';

export interface NotifierOptions {
  readonly secrets: Pick<SecretResolver, 'resolve' | 'redact'>;
  /** Milliseconds for one delivery: 10 s by default. */
  readonly timeout?: number;
}

/**
 * Delivers by Slack-compatible webhook, generic webhook, e-mail or PagerDuty (RW-13, SI-10; docs/notifications.md). One call is one
 * attempt: whoever calls tries again, except after a NotificationProblem that is `permanent`.
 */
export function createNotifier({ secrets, timeout = 10_000 }: NotifierOptions): Notifier {
  const redact = (text: string) => secrets.redact(text);
  const valueOf = async (text: string) => (/^(env|file):/.test(text) ? await secrets.resolve(text) : text);
  return {
    async send(channel, told, signal) {
      const notification = shown(told);
      const options = { signal, timeout, redact };
      if (channel.slack !== undefined) {
        const request = {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(slackMessage(notification)),
        };
        return post('the Slack webhook', await secrets.resolve(channel.slack), request, options);
      }
      if (channel.webhook !== undefined) {
        const secret =
          channel.webhook.secret === undefined ? undefined : await secrets.resolve(channel.webhook.secret);
        const request = webhookRequest(notification, { secret, now: Date.now() });
        return post('the webhook', await valueOf(channel.webhook.url), request, options);
      }
      if (channel.email !== undefined) {
        const { smtp, from, to } = channel.email;
        return sendMail(emailMessage(notification, from, to), await secrets.resolve(smtp), options);
      }
      if (channel.pagerduty !== undefined) {
        const routingKey = await secrets.resolve(channel.pagerduty.routingKey);
        return page(channel.pagerduty.url, pagerDutyEvent(notification, routingKey), options);
      }
      throw new TypeError(
        'a notification channel without slack, webhook, email or pagerduty: the configuration was not checked',
      );
    },
  };
}

/** Whatever service gets it: nothing that others wrote is hidden in it, or turns about what stands beside it. */
const shown = (notification: Notification): Notification => ({
  ...notification,
  title: visible(notification.title),
  body: visible(notification.body),
  links: notification.links.map(({ title, url }) => ({ title: visible(title), url })),
});
