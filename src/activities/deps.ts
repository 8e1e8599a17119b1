import type { AgentConfig, EnvironmentConfig, ProductConfig } from '../domain/config/schema.ts';
import type { Agent } from './ports/agents.ts';
import type {
  AlertSource,
  Catalog,
  Clock,
  CodeHost,
  CommandRunner,
  Configurations,
  DecisionVerifier,
  Driver,
  EnvironmentLocks,
  HealthProber,
  Ledger,
  MetricsProvider,
  MetricSource,
  Notifier,
  SourceRepository,
  StateFile,
  TestRunner,
  WorkTrees,
} from './ports/index.ts';

/** Everything that the activities act through; wired by the composition root (src/workers). */
export interface Deps {
  readonly catalog: Catalog;
  readonly configurations: Configurations;
  readonly source: SourceRepository;
  readonly worktrees: WorkTrees;
  codeHost(config: ProductConfig): Promise<CodeHost>;
  readonly commands: CommandRunner;
  readonly tests: TestRunner;
  driver(environment: EnvironmentConfig): Driver;
  readonly clock: Clock;
  readonly health: HealthProber;
  readonly metrics: MetricsProvider;
  readonly metricSource: MetricSource;
  readonly alerts: AlertSource;
  readonly notifier: Notifier;
  readonly ledger: Ledger;
  readonly state: StateFile;
  agent(config: AgentConfig): Agent;
  readonly locks: EnvironmentLocks;
  readonly verifier: DecisionVerifier;
  /** Where trees, backups and logs are kept on this host; absolute. */
  readonly directory: string;
}
