import type { BundleSize } from '../../domain/gates/bundle.ts';
import type { Past } from '../../domain/records/past.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import type { ReviewVerdict } from '../../domain/agents/review.ts';
import { greenVersion } from '../../domain/versions/commit-version.ts';
import type { BlueGreenConfig } from '../../domain/config/blue-green-schema.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { Workpiece } from '../agents/workpiece.ts';
import type { Deployment } from '../environments/deployment.ts';
import type { Run } from '../run/run.ts';

export interface TestResult {
  readonly name: string;
  readonly ok: boolean;
  readonly summary: string;
  readonly passed?: number;
  readonly total?: number;
}

/** Green on its way, as the flow keeps it up; its commit is put into green next, or stands there. Blue is `previous`. */
export interface Green extends Workpiece {
  environment: EnvironmentConfig;
  readonly settings: BlueGreenConfig;
  /** What people were asked about at first. */
  readonly origin: string;
  readonly baseVersion: string;
  /** Where the commit comes from, for people. */
  readonly ref: string;
  previous: { readonly version: string; readonly commit: string } | null;
  newMigrations: readonly string[];
  changes: readonly string[];
  /** How much that is, and what was taken back before; undefined in runs of before 0.4. */
  size: BundleSize | undefined;
  past: Past | undefined;
  approval: Approval | undefined;
  /** Something of it may run in green: from here on, going back means stopping it. */
  placed: boolean;
  migrated: boolean;
  /** It may take traffic: from here on, going back means rolling back. */
  promoting: boolean;
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
