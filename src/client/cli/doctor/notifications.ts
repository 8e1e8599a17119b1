import type { NotificationConfig, ProductConfig } from '../../../domain/config/schema.ts';
import type { Check } from './check.ts';
import { withSecrets, type Secrets } from './secrets.ts';

/** Whether each channel has what it needs to be sent to. Nothing is sent. */
export async function checkNotifications(
  { notifications }: ProductConfig,
  secrets: Secrets,
): Promise<Check[]> {
  return Promise.all(
    notifications.map((channel) => {
      const [kind, references] = secretsOf(channel);
      const what = `notifications by ${kind}`;
      return withSecrets(what, references, secrets, () => ({
        level: 'ok',
        what,
        says: 'its secrets are there',
        about: 'configuration',
      }));
    }),
  );
}

function secretsOf({ slack, webhook, email, pagerduty }: NotificationConfig): [string, readonly string[]] {
  if (slack) return ['Slack', [slack]];
  if (email) return ['mail', [email.smtp]];
  if (pagerduty) return ['PagerDuty', [pagerduty.routingKey]];
  const { url = '', secret } = webhook ?? {};
  return ['webhook', [...(/^(env|file):/.test(url) ? [url] : []), ...(secret ? [secret] : [])]];
}
