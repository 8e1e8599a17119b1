import type { NotificationConfig, ProductConfig } from '../../../domain/config/schema.ts';
import type { Check } from './check.ts';

/** Whether each channel has what it needs to be sent to. Nothing is sent. */
export async function checkNotifications(
  { notifications }: ProductConfig,
  secrets: (reference: string) => Promise<string>,
): Promise<Check[]> {
  const checks = notifications.map(async (channel): Promise<Check> => {
    const [kind, references] = secretsOf(channel);
    const what = `notifications by ${kind}`;
    try {
      for (const reference of references) await secrets(reference);
      return { level: 'ok', what, says: 'its secrets are there', about: 'configuration' };
    } catch (error) {
      return {
        level: 'fail',
        what,
        says: error instanceof Error ? error.message : String(error),
        mend: 'set the variable, or write the file, that the configuration refers to',
        about: 'configuration',
      };
    }
  });
  return Promise.all(checks);
}

function secretsOf({ slack, webhook, email, pagerduty }: NotificationConfig): [string, readonly string[]] {
  if (slack) return ['Slack', [slack]];
  if (email) return ['mail', [email.smtp]];
  if (pagerduty) return ['PagerDuty', [pagerduty.routingKey]];
  const { url = '', secret } = webhook ?? {};
  return ['webhook', [...(/^(env|file):/.test(url) ? [url] : []), ...(secret ? [secret] : [])]];
}
