import type { Approval } from '../../domain/gates/approval.ts';
import type { FixState } from '../../domain/agents/escalation.ts';
import { alsoWaited } from '../../domain/agents/escalation.ts';
import type { ReviewVerdict } from '../../domain/agents/review.ts';
import { greenVersion } from '../../domain/blue-green/version.ts';
import type { BlueGreenConfig } from '../../domain/config/blue-green-schema.ts';
import type { EnvironmentConfig, ProductConfig } from '../../domain/config/schema.ts';
import type { Deployment } from '../environments/environments.ts';
import type { Run } from '../run/run.ts';

/** A fix of the driver's that was committed. */
export interface Fix {
  readonly parent: string;
  readonly commit: string;
  readonly summary: string;
  readonly files: readonly string[];
  /** What it was made for. */
  readonly problem: string;
}

export interface TestResult {
  readonly name: string;
  readonly ok: boolean;
  readonly summary: string;
  readonly passed?: number;
  readonly total?: number;
}

/** Green on its way, as the flow keeps it up; blue is `previous`. */
export interface Green {
  readonly name: string;
  config: ProductConfig;
  environment: EnvironmentConfig;
  readonly settings: BlueGreenConfig;
  /** What people were asked about at first. */
  readonly origin: string;
  readonly baseVersion: string;
  /** Where the commit comes from, for people. */
  readonly ref: string;
  /** The branch of this run's fixes; it is there once there is one. */
  readonly branch: string;
  /** The commit that is put into green next, or stands there. */
  commit: string;
  previous: { readonly version: string; readonly commit: string } | null;
  /** What agents compare with. */
  base: string;
  newMigrations: readonly string[];
  changes: readonly string[];
  approval: Approval | undefined;
  /** Something of it may run in green: from here on, going back means stopping it. */
  placed: boolean;
  migrated: boolean;
  /** It may take traffic: from here on, going back means rolling back. */
  promoting: boolean;
  state: FixState;
  /** Of all agents together, in US dollars. */
  cost: number;
  fixes: Fix[];
  /** The fix that is being tried out. */
  trial: Fix | undefined;
  /** Every problem and what became of it. */
  issues: { problem: string; resolution: string }[];
  tests: TestResult[];
  rounds: number;
  review: ReviewVerdict | undefined;
}

export function versionOf({ baseVersion, commit }: Green): string {
  return greenVersion(baseVersion, commit);
}

export function deploymentOf(run: Run, green: Green): Deployment {
  return {
    name: green.name,
    environment: green.environment,
    product: run.product,
    version: versionOf(green),
    commit: green.commit,
    previousVersion: green.previous?.version,
    backup: green.name,
  };
}

/** What blue is called where there is none. */
export function blueOf({ previous, name }: Green): string {
  return previous ? `v${previous.version}` : `nothing (${name} had no version yet)`;
}

/** Waits for people, or for a turn: `maxTime` is for the agents' work. */
export async function offTheClock<T>(green: Green, waiting: () => Promise<T>): Promise<T> {
  const from = Date.now();
  try {
    return await waiting();
  } finally {
    const now = Date.now();
    green.state = alsoWaited(green.state, now - from, now);
  }
}
