import type { IncludedSize } from '../changes/included.ts';
import { count } from '../text/count.ts';
import { digestOf } from '../text/digest.ts';

/** The immutable description of a change. What is approved is its digest. */
export interface Bundle {
  readonly product: string;
  readonly environment: string;
  readonly version: string;
  readonly previousVersion: string | null;
  /** The commit that is deployed: the head of the release branch. */
  readonly commit: string;
  /** What is included beyond what the environment runs, a line a change: `Added: totals (#12)`. */
  readonly scope: readonly string[];
  /** How much that is, of which the scope may name the first; undefined in bundles of before 0.4. */
  readonly size?: BundleSize;
  readonly successCriteria: readonly string[];
  readonly risk: { readonly level: 'low' | 'medium' | 'high'; readonly reasons: readonly string[] };
  readonly rollbackPlan: readonly string[];
  /** Names and digests of what is built from the commit; empty where the commit itself is deployed. */
  readonly artifacts: readonly string[];
  /** Paths of all migrations in the tree. */
  readonly migrations: readonly string[];
  readonly configurationDigest: string;
  /** Full hashes of commits that main has dropped since the release was made from it, newest first; absent where there are none. */
  readonly dropped?: readonly string[];
}

export interface BundleSize extends IncludedSize {
  /** Files that differ. */
  readonly files: number;
  /** What it is counted from, for people: `v1.0.0, which production runs`; undefined where it is everything. */
  readonly since?: string;
  /** Where all of it is listed. */
  readonly whole: readonly string[];
}

export function bundleDigest(bundle: Bundle): string {
  return digestOf(bundle);
}

/** What makes an approval void when it differs at the moment of the effect. */
export type BundleSubject = Pick<
  Bundle,
  'commit' | 'artifacts' | 'migrations' | 'configurationDigest' | 'dropped'
>;

export function subjectOf({
  commit,
  artifacts,
  migrations,
  configurationDigest,
  dropped,
}: BundleSubject): BundleSubject {
  return { commit, artifacts, migrations, configurationDigest, ...(dropped ? { dropped } : {}) };
}

/** The differences between what was approved and what would be deployed, one sentence each; empty where they are the same. */
export function changedSince(approved: BundleSubject, now: BundleSubject): string[] {
  const changes: string[] = [];
  if (approved.commit !== now.commit) {
    changes.push(`the commit changed from ${approved.commit.slice(0, 10)} to ${now.commit.slice(0, 10)}`);
  }
  const lists = [
    ['artifacts', approved.artifacts, now.artifacts],
    ['migrations', approved.migrations, now.migrations],
  ] as const;
  for (const [what, before, after] of lists) {
    if (digestOf(before) === digestOf(after)) continue;
    changes.push(`the ${what} changed from ${before.join(', ') || 'none'} to ${after.join(', ') || 'none'}`);
  }
  const { dropped = [] } = now;
  if (digestOf(approved.dropped ?? []) !== digestOf(dropped))
    changes.push(
      dropped.length === 0
        ? 'main has all of its commits again'
        : `main was rewritten and no longer has ${shortHashes(dropped)}`,
    );
  if (approved.configurationDigest !== now.configurationDigest) {
    changes.push(
      `the configuration changed from ${approved.configurationDigest.slice(0, 12)} to ${now.configurationDigest.slice(0, 12)}`,
    );
  }
  return changes;
}

/** How risky a release is, from facts alone. */
export function assessRisk(facts: {
  /** How many of the changes break something that production has now. */
  readonly breaking: number;
  readonly migrations: readonly string[];
  readonly changes: number;
  readonly concerns: readonly string[];
  readonly firstRelease: boolean;
  /** Commits that main has dropped since the release was made from it. */
  readonly dropped?: readonly string[];
  /** Versions that are in it and were taken back there before, one sentence each. */
  readonly takenBack?: readonly string[];
  /** It has migrations that run without a backup of before. */
  readonly unsaved?: boolean;
  /** What the environment runs is not part of the history any more. */
  readonly rewritten?: boolean;
}): Bundle['risk'] {
  const high: string[] = [];
  const medium: string[] = [];
  high.push(...(facts.takenBack ?? []).map((sentence) => sentence.replace(/\.$/, '')));
  if (facts.breaking > 0) high.push(`it contains ${count(facts.breaking, 'breaking change')}`);
  if (facts.dropped)
    high.push(
      `main was rewritten after it was made, and no longer has ${shortHashes(facts.dropped)}, which this release still holds`,
    );
  if (facts.rewritten)
    medium.push(
      'what runs there is not part of the history any more: what is new could only be counted from the tag before',
    );
  if (facts.unsaved) high.push('its migrations run without a backup of before');
  if (facts.migrations.length > 0)
    medium.push(`it changes the database (${count(facts.migrations.length, 'new migration')})`);
  if (facts.firstRelease)
    medium.push('it is the first release to production: there is no earlier version to go back to');
  if (facts.changes > 30) medium.push(`it is large (${count(facts.changes, 'change')})`);
  if (facts.concerns.length > 0) medium.push(`${count(facts.concerns.length, 'concern')} raised on the way`);
  const reasons = [...high, ...medium];
  if (reasons.length === 0) return { level: 'low', reasons: ['small, without database or breaking changes'] };
  return { level: high.length > 0 ? 'high' : 'medium', reasons };
}

function shortHashes(hashes: readonly string[]): string {
  const named = hashes.slice(0, 5).map((hash) => hash.slice(0, 10));
  return `${named.join(', ')}${hashes.length > named.length ? ` and ${hashes.length - named.length} more` : ''}`;
}
