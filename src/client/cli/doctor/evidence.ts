import type { MetricRule } from '../../../domain/config/metrics-schema.ts';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import type { Reading } from '../../../domain/metrics/reading.ts';
import type { Check } from './check.ts';

/** Asks the sources of a product's evidence, each once, about a version that never was: what matters is whether they understand. */
export interface Evidence {
  query(rule: MetricRule): Promise<Reading>;
  alerts(): Promise<
    | { readonly kind: 'alerts'; readonly firing: readonly string[] }
    | { readonly kind: 'error'; readonly reason: string }
  >;
}

/** Whatever would keep a rollout from being judged is found out before production waits for it. */
export async function checkEvidence({ metrics }: ProductConfig, evidence: Evidence): Promise<Check[]> {
  const queries = (metrics?.rules ?? []).filter(({ query }) => query !== undefined);
  return Promise.all([
    ...queries.map((rule) => checkQuery(rule, evidence)),
    ...(metrics?.alertmanager ? [checkAlerts(evidence)] : []),
  ]);
}

async function checkQuery(rule: MetricRule, evidence: Evidence): Promise<Check> {
  const what = `metric ${rule.name}`;
  const about = 'connection';
  const reading = await evidence.query(rule);
  if (reading.kind !== 'error') return { level: 'ok', what, says: 'Prometheus understands its query', about };
  const then = rule.onError === 'ask' ? 'ask people' : 'hold';
  const mend = `correct the query, or metrics.prometheus: a rollout would ${then} at it`;
  return { level: 'fail', what, says: reading.reason, mend, about };
}

async function checkAlerts(evidence: Evidence): Promise<Check> {
  const what = 'alerts';
  const about = 'connection';
  const reading = await evidence.alerts();
  if (reading.kind === 'error') {
    const mend = 'start Alertmanager, or correct metrics.alertmanager';
    return { level: 'fail', what, says: reading.reason, mend, about };
  }
  const { firing } = reading;
  if (firing.length === 0) return { level: 'ok', what, says: 'Alertmanager answers, nothing fires', about };
  const mend = 'while it fires, a rollout goes back at once';
  return { level: 'warn', what, says: firing.join('\n'), mend, about };
}
