import { z } from 'zod';
import type { AlertReading, AlertSource, SecretResolver } from '../../activities/ports/index.ts';
import { inWords } from '../health.ts';
import { bearer, below, exchange, nameOf } from '../metrics/exchange.ts';
import { fillIn } from '../metrics/fill-in.ts';
import { ProviderProblem } from '../metrics/in-time.ts';
import { alertText } from './alert-text.ts';

/** More are counted, not told. */
const told = 20;

const answer = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
    status: z.object({ state: z.string() }),
  }),
);

/**
 * Polls Alertmanager for alerts that fire and that nobody has silenced, of those that have all of the configured labels. What can't
 * be asked or understood is an `error`: it is neither an alert nor the good news that there is none (BY-4).
 */
export function createAlertmanager({
  secrets,
}: {
  readonly secrets: Pick<SecretResolver, 'resolve' | 'redact'>;
}): AlertSource {
  return {
    async firing({ url, token, timeout: limit, labels }, place, signal): Promise<AlertReading> {
      try {
        const wanted = Object.entries(labels).map(([name, value]) => [name, filled(value, place)] as const);
        const authorization = await bearer(token, secrets, { limit, signal });
        const alerts = read(
          url,
          await exchange({ url: alertsOf(url), headers: authorization, limit, signal }),
        );
        const firing = alerts
          .filter(({ status }) => status.state === 'active')
          .filter((alert) => wanted.every(([name, value]) => alert.labels[name] === value))
          .map((alert) => secrets.redact(alertText(alert)))
          .sort();
        return { kind: 'alerts', firing: firing.length > told ? shortened(firing) : firing };
      } catch (problem) {
        return { kind: 'error', reason: secrets.redact(inWords(problem)) };
      }
    },
  };
}

/** The labels are compared here: a filter that the server understood in its own way would hide an alert. */
function alertsOf(base: string): URL {
  const url = below(base, '/api/v2/alerts');
  const asked = { active: 'true', silenced: 'false', inhibited: 'false', unprocessed: 'false' };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url;
}

function filled(value: string, place: { readonly product: string; readonly environment: string }): string {
  const { product, environment } = place;
  const result = fillIn(value, { product, environment });
  if ('missing' in result) throw new ProviderProblem(`{{${result.missing}}} of a label is not known`);
  return result.text;
}

function read(
  url: string,
  { status, text }: { readonly status: number; readonly text: string },
): z.output<typeof answer> {
  if (status !== 200) throw new ProviderProblem(`${nameOf(url)}: HTTP ${status}`);
  const alerts = answer.safeParse(parseJson(text));
  if (alerts.success) return alerts.data;
  throw new ProviderProblem(`${nameOf(url)}: the answer is not Alertmanager's list of alerts`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const shortened = (firing: readonly string[]): string[] => [
  ...firing.slice(0, told),
  `and ${firing.length - told} more alerts`,
];
