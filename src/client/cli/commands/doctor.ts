import { dirname } from 'node:path';
import { createAlertmanager } from '../../../adapters/alerts/alertmanager.ts';
import { locate } from '../../../adapters/git/location.ts';
import { redact } from '../../../adapters/git/runner.ts';
import { createMetricSource } from '../../../adapters/metrics/metric-source.ts';
import { createSecretResolver } from '../../../adapters/secrets.ts';
import type { MetricsConfig } from '../../../domain/config/metrics-schema.ts';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import { defaultEnvironment } from '../../../domain/environments/purpose.ts';
import { defaultMetrics } from '../../../domain/metrics/default-metrics.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadEnvironmentChecks, type Check } from '../doctor/check.ts';
import type { Outside } from '../doctor/product.ts';
import { checkProduct } from '../doctor/product.ts';
import { checkTemporal } from '../doctor/temporal.ts';
import { readConfig } from '../config-files.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { oneLine, wrap } from '../render/text.ts';

/** Milliseconds. */
const evidenceWithin = 30_000;

/** `sluice doctor`: every connection, and how to mend what is broken. Changes nothing. */
export async function doctor(io: Io, files: string[], options: SharedOptions): Promise<number> {
  const configs = await Promise.all((files.length > 0 ? files : ['sluice.yaml']).map(readConfig));
  const groups: { title: string; checks: readonly Check[] }[] = [
    { title: 'This machine', checks: await loadEnvironmentChecks() },
  ];
  for (const read of configs) {
    groups.push(
      read.ok
        ? {
            title: read.config.product,
            checks: await checkProduct(read.file, read.config, outside(read.file, read.config)),
          }
        : {
            title: read.file,
            checks: [
              {
                level: 'fail',
                what: 'configuration',
                says: read.problems.join('\n'),
                about: 'configuration',
              },
            ],
          },
    );
  }
  const temporal = await checkTemporal(options);
  groups.push({ title: 'Temporal', checks: temporal });
  const all = groups.flatMap(({ checks }) => checks);
  io.result(
    groups,
    groups
      .map(({ title, checks }) =>
        [io.paint.strong(title), ...checks.flatMap((check) => renderCheck(check, io))].join('\n'),
      )
      .join('\n\n'),
  );
  const failed = all.filter(({ level }) => level === 'fail');
  if (failed.some(({ about }) => about === 'configuration')) return exitCodes.invalid;
  return failed.length > 0 ? exitCodes.noConnection : exitCodes.done;
}

/** What the doctor asks for a product, with the secrets that lie beside its configuration. */
export function outside(
  file: string,
  { product, metrics }: ProductConfig,
  env: NodeJS.ProcessEnv = process.env,
): Outside {
  const secrets = createSecretResolver({ env, baseDirectory: dirname(file) });
  return {
    secrets: secrets.resolve,
    remotes: { locate, redact },
    evidence: evidenceOf(product, metrics ?? defaultMetrics, secrets),
  };
}

function evidenceOf(
  product: string,
  metrics: MetricsConfig,
  secrets: ReturnType<typeof createSecretResolver>,
): Outside['evidence'] {
  const environment = defaultEnvironment;
  const missing = (): Promise<undefined> => Promise.resolve(undefined);
  const place = { product, environment, router: missing, slot: missing, usage: missing };
  const session = createMetricSource({ secrets }).open(metrics, place);
  const nobody = { version: '0.0.0', commit: '0'.repeat(40), slot: 'blue' };
  return {
    query: (rule) => session.read(rule, nobody, AbortSignal.timeout(evidenceWithin)),
    alerts: () =>
      metrics.alertmanager
        ? createAlertmanager({ secrets }).firing(
            metrics.alertmanager,
            { product, environment },
            AbortSignal.timeout(evidenceWithin),
          )
        : Promise.resolve({ kind: 'alerts', firing: [] }),
  };
}

function renderCheck({ level, what, says, mend }: Check, { paint, width }: Io): string[] {
  const mark = { ok: paint.good('✔'), warn: paint.attention('!'), fail: paint.bad('✖') }[level];
  const lines = says.split('\n').flatMap((line) => wrap(oneLine(line), width - 4));
  const first = lines.length === 1 && what.length + (lines[0]?.length ?? 0) < width - 6;
  return [
    `  ${mark} ${what}${first && lines[0] ? `  ${paint.faint(lines[0])}` : ''}`,
    ...(first ? [] : lines.map((line) => `    ${line}`)),
    ...(mend && level !== 'ok'
      ? wrap(`→ ${oneLine(mend)}`, width - 4).map((line) => `    ${paint.busy(line)}`)
      : []),
  ];
}
