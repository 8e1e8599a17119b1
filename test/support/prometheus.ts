import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { startProgram } from './programs.ts';

export interface Prometheus {
  readonly url: string;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** What is scraped: the addresses of pages, by job. */
  readonly pages: Readonly<Record<string, readonly string[]>>;
  /** How often, and how often rules are looked at: a Prometheus duration. */
  readonly every?: string;
  /** Alerting rules, as in Prometheus' own files. */
  readonly alerts?: readonly {
    alert: string;
    expr: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  }[];
  /** The Alertmanager that is told. */
  readonly alertmanager?: string;
}

/** A real Prometheus server of its own (Debian's `prometheus`), on the loopback. */
export async function startPrometheus({
  pages,
  every = '200ms',
  alerts = [],
  alertmanager,
}: PrometheusOptions): Promise<Prometheus> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-prometheus-'));
  const [port = 0] = await freePorts(1);
  // YAML takes JSON.
  await writeFile(
    join(directory, 'rules.yml'),
    JSON.stringify({ groups: [{ name: 'test', rules: alerts }] }),
  );
  await writeFile(
    join(directory, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
      rule_files: ['rules.yml'],
      scrape_configs: Object.entries(pages).flatMap(([job, addresses]) =>
        addresses.map((address, index) => {
          const { host, pathname } = new URL(address);
          const name = index === 0 ? job : `${job}-${index}`;
          return { job_name: name, metrics_path: pathname, static_configs: [{ targets: [host] }] };
        }),
      ),
      ...(alertmanager === undefined
        ? {}
        : {
            alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager).host] }] }] },
          }),
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = await startProgram({
    program: 'prometheus',
    args: [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    directory,
    ready: `${url}/-/ready`,
  });
  return {
    url,
    async stop() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
