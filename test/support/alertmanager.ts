import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { freePorts } from './free-ports.ts';
import { startProgram } from './programs.ts';

export interface Alertmanager {
  readonly url: string;
  /** Posts an alert as Prometheus does: it fires until it is posted with an `endsAt` that is over. */
  fire(
    labels: Record<string, string>,
    options?: { annotations?: Record<string, string>; endsAt?: Date },
  ): Promise<void>;
  /** Silences alerts with these labels for an hour. */
  silence(labels: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
}

/** A real Alertmanager of its own (Debian's `prometheus-alertmanager`), on the loopback. */
export async function startAlertmanager({
  webhook,
  inhibitRules = [],
}: {
  /** Told at once of everything that fires. */
  readonly webhook?: { readonly url: string; readonly token?: string };
  readonly inhibitRules?: readonly object[];
} = {}): Promise<Alertmanager> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-alertmanager-'));
  const [port = 0] = await freePorts(1);
  const authorization = webhook?.token && { http_config: { authorization: { credentials: webhook.token } } };
  // YAML takes JSON.
  await writeFile(
    join(directory, 'alertmanager.yml'),
    JSON.stringify({
      route: { receiver: 'test', group_by: ['...'], group_wait: '10ms', group_interval: '1s' },
      receivers: [
        {
          name: 'test',
          ...(webhook ? { webhook_configs: [{ url: webhook.url, ...authorization }] } : {}),
        },
      ],
      inhibit_rules: inhibitRules,
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = await startProgram({
    program: 'prometheus-alertmanager',
    args: [
      `--config.file=${join(directory, 'alertmanager.yml')}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    directory,
    ready: `${url}/-/ready`,
  });
  return {
    url,
    fire: (labels, { annotations = {}, endsAt } = {}) =>
      post(`${url}/api/v2/alerts`, [{ labels, annotations, ...(endsAt ? { endsAt } : {}) }]),
    silence: (labels) =>
      post(`${url}/api/v2/silences`, {
        matchers: Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false })),
        startsAt: new Date(),
        endsAt: new Date(Date.now() + 3_600_000),
        createdBy: 'test',
        comment: 'known',
      }),
    async stop() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function post(url: string, content: unknown): Promise<void> {
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(content),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${url}: HTTP ${statusCode} ${text}`);
}
