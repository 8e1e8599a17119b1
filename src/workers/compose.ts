import path from 'node:path';
import type { Client } from '@temporalio/client';
import { createActivities } from '../activities/index.ts';
import type { Activities } from '../activities/index.ts';
import { systemClock } from '../activities/wait.ts';
import type { DecisionVerifier, Log } from '../activities/ports/index.ts';
import { createCommandAgent } from '../adapters/agents/command-agent.ts';
import { createGitHubCodeHost } from '../adapters/code-host-github/github-code-host.ts';
import { createLocalCodeHost } from '../adapters/code-host-local/local-code-host.ts';
import { createCommandRunner, createStarter } from '../adapters/commands/index.ts';
import { createDriver } from '../adapters/drivers/index.ts';
import { createFileConfigurations } from '../adapters/configurations/file-configurations.ts';
import { createFileCatalog } from '../adapters/file-catalog.ts';
import { createGitRepository } from '../adapters/git/repository.ts';
import { runGitBeside } from '../adapters/git/runner.ts';
import { createWorkTrees } from '../adapters/git/worktrees.ts';
import { createHealthProber } from '../adapters/health.ts';
import { openSqliteLedger } from '../adapters/ledger-sqlite/sqlite-ledger.ts';
import { createAlertmanager } from '../adapters/alerts/alertmanager.ts';
import { hideInLogs } from '../adapters/log/redaction.ts';
import { createMetricSource } from '../adapters/metrics/metric-source.ts';
import { createScrapeMetrics } from '../adapters/metrics-scrape/index.ts';
import { createNotifier } from '../adapters/notify/notifier.ts';
import { createSecretResolver } from '../adapters/secrets.ts';
import { createStateFile } from '../adapters/state-file/state-file.ts';
import { createTemporalLocks } from '../adapters/temporal-locks.ts';
import { createTestRunner } from '../adapters/test-runner/index.ts';
import { createUnprovedVerifier } from '../adapters/unproved-verifier.ts';

export interface Composition {
  /** Files or directories of `sluice.yaml`s: the worker's own trusted catalog. */
  readonly catalog: readonly string[];
  /** Where everything that is kept on this host lies: clones, trees, logs, backups, the ledger. Absolute. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** No other host runs activities of the same runs: the embedded mode. */
  readonly soleHost: boolean;
  readonly client: () => Client;
  readonly log: Log;
  /** What holds decisions to their proofs; where it is left out, a decision counts as its sender says. */
  readonly verifier?: DecisionVerifier;
}

/** The composition root: the only place where ports meet their adapters. */
export function compose({
  catalog: places,
  directory,
  env,
  soleHost,
  client,
  log,
  verifier = createUnprovedVerifier(),
}: Composition): {
  readonly activities: Activities;
  close(): void;
} {
  const within = (...parts: string[]): string => path.join(directory, ...parts);
  const configurations = createFileConfigurations(within('configurations'));
  const catalog = createFileCatalog(places, configurations);
  const source = createGitRepository({ directory: within('git') });
  const secrets = createSecretResolver({ env, baseDirectory: path.dirname(directory) });
  hideInLogs(secrets.redact);
  const starter = createStarter();
  runGitBeside();
  const commands = createCommandRunner({
    directory: within('commands'),
    secrets,
    parentEnv: env,
    soleHost,
    starter,
  });
  const ledger = openSqliteLedger(within('ledger.db'));
  const activities = createActivities({
    catalog,
    configurations,
    source,
    worktrees: createWorkTrees({ directory: within('git') }),
    codeHost: async (config) => {
      const host = config.repository.codeHost;
      if (host !== 'local')
        return createGitHubCodeHost({ ...host.github, token: await secrets.resolve(host.github.token), log });
      const entry = await catalog.load(config.product);
      return createLocalCodeHost({
        directory: within('code-host', config.product),
        product: config.product,
        source: entry.source,
        git: source,
      });
    },
    commands,
    tests: createTestRunner({ commands, redact: secrets.redact }),
    driver: (environment) =>
      createDriver(environment, { directory: within('environments'), git: source, commands, secrets, log }),
    clock: systemClock,
    health: createHealthProber(),
    metrics: createScrapeMetrics(),
    metricSource: createMetricSource({ secrets }),
    alerts: createAlertmanager({ secrets }),
    notifier: createNotifier({ secrets }),
    ledger,
    state: createStateFile(within('state.yml')),
    agent: (config) => createCommandAgent({ config, commands, secrets }),
    locks: createTemporalLocks(client),
    verifier,
    directory,
  });
  return {
    activities,
    close: () => {
      starter.close();
      ledger.close();
    },
  };
}
