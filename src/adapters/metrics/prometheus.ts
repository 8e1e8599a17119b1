import type { Measured, SecretResolver } from '../../activities/ports/index.ts';
import type { MetricsConfig } from '../../domain/config/metrics-schema.ts';
import type { Reading } from '../../domain/metrics/reading.ts';
import { bearer, below, exchange, nameOf } from './exchange.ts';
import type { Where } from './fill-in.ts';
import { escapePromQl, fillIn, placesOf } from './fill-in.ts';
import { readAnswer } from './prometheus-answer.ts';

type PrometheusConfig = NonNullable<MetricsConfig['prometheus']>;

/** Asks a Prometheus HTTP API for one number. Throws ProviderProblem or SecretProblem. */
export async function queryPrometheus(
  config: PrometheusConfig,
  secrets: Pick<SecretResolver, 'resolve'>,
  { query, where, measured }: { readonly query: string; readonly where: Where; readonly measured: Measured },
  signal: AbortSignal,
): Promise<Reading> {
  const filled = fillIn(query, placesOf(where, measured), escapePromQl);
  if ('missing' in filled)
    return { kind: 'no-data', reason: `the ${filled.missing} of ${measured.version} is not known` };
  const url = below(config.url, '/api/v1/query');
  const limit = config.timeout;
  const authorization = await bearer(config.token, secrets, { limit, signal });
  const { status, text } = await exchange({
    url,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...authorization,
    },
    // The server needn't go on once nobody waits any more.
    body: new URLSearchParams({ query: filled.text, timeout: `${Math.max(1, limit)}ms` }).toString(),
    limit,
    signal,
  });
  const reading = readAnswer(status, text, Date.now());
  return reading.kind === 'error'
    ? { ...reading, reason: `${nameOf(config.url)}: ${reading.reason}` }
    : reading;
}
