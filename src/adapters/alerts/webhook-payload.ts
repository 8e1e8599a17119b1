import { z } from 'zod';
import { alertName, alertText } from './alert-text.ts';

/** An alert that Alertmanager says is firing. */
export interface FiringAlert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** For people, on one line. */
  readonly text: string;
  /** Of its labels: with `startsAt` the same whenever this alert is sent again. */
  readonly fingerprint: string;
  /** When it began to fire, as Alertmanager writes it (RFC 3339). */
  readonly startsAt: string;
}

/** What Alertmanager posts to a webhook, version 4; further fields are left alone. */
const payload = z.object({
  version: z.literal('4', { error: 'only version 4 of the webhook is understood' }),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()).default({}),
        startsAt: z.iso.datetime({ offset: true }),
        fingerprint: z.string().min(1).max(200),
      }),
    )
    .max(10_000),
});

/** The alerts of a payload that fire, or what is wrong with it. */
export function readPayload(
  body: string,
): { readonly firing: readonly FiringAlert[] } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { problem: 'the body is not JSON' };
  }
  const parsed = payload.safeParse(json);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const at = first && first.path.length > 0 ? `${first.path.join('.')}: ` : '';
    return {
      problem: `this is not what Alertmanager posts to a webhook: ${at}${first?.message ?? 'invalid'}`,
    };
  }
  return {
    firing: parsed.data.alerts
      .filter(({ status }) => status === 'firing')
      .map(({ labels, annotations, fingerprint, startsAt }) => ({
        name: alertName({ labels }),
        labels,
        text: alertText({ labels, annotations }),
        fingerprint,
        startsAt,
      })),
  };
}
