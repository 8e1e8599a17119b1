import type { Finding } from './answer.ts';

/** A file that differs from the commit that the agent was given. */
export interface ChangedFile {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** A repository inside the repository: nothing that could be deployed. */
  readonly isRepository?: boolean;
}

/** What an agent may change beside the code itself. */
export interface MayTouch {
  /** Files that say whether the product works; `where-asked`: those that a finding names. */
  readonly tests: 'where-asked' | boolean;
  /** They were approved as they were. */
  readonly migrations: boolean;
  /** The scripts of package.json, which the checks run. */
  readonly scripts: boolean;
}

export interface ClaimedChange {
  readonly mayTouch: MayTouch | 'nothing';
  readonly changed: readonly ChangedFile[];
  /** The files that the agent says it changed. */
  readonly artifacts: readonly string[];
  /** What reviewers asked for; only that is a reason to touch a test. */
  readonly findings: readonly Finding[];
  /** Paths of the environment's migrations, before and after: what was approved names them. */
  readonly isMigration: (path: string) => boolean;
  /** The scripts of package.json were changed: they are what the checks run. */
  readonly changesScripts: boolean;
}

/** Why what an agent claims to have done does not count (BY-9), one sentence each; empty where it may be tried. */
export function objectionsToChange({
  mayTouch,
  changed,
  artifacts,
  findings,
  isMigration,
  changesScripts,
}: ClaimedChange): string[] {
  if (mayTouch === 'nothing') return ['it was not asked to change anything'];
  if (changed.length === 0) return ['no file was changed'];
  const paths = new Set(changed.map(({ path }) => path));
  const list = (files: readonly string[]): string =>
    `${files.slice(0, 5).join(', ')}${files.length > 5 ? ', …' : ''}`;
  const unchanged = artifacts.map(plain).filter((file) => !paths.has(file));
  const tests =
    mayTouch.tests === true
      ? []
      : [...paths].filter((file) => isTest(file) && !(mayTouch.tests && asksFor(findings, file)));
  const migrations = mayTouch.migrations ? [] : [...paths].filter(isMigration);
  const repositories = changed.filter(({ isRepository }) => isRepository).map(({ path }) => path);
  return [
    ...(unchanged.length > 0 ? [`it claims a change where there is none: ${list(unchanged)}`] : []),
    ...(tests.length > 0 ? [`it changes tests that nobody asked it to change: ${list(tests)}`] : []),
    ...(migrations.length > 0
      ? [`it changes migrations, which were approved as they were: ${list(migrations)}`]
      : []),
    ...(repositories.length > 0 ? [`it leaves a repository in the repository: ${list(repositories)}`] : []),
    ...(changesScripts && !mayTouch.scripts
      ? ['it changes the scripts of package.json, which the checks run']
      : []),
  ];
}

/** Files that say whether the product works. */
export function isTest(path: string): boolean {
  return /(^|\/)(tests?|__tests__|specs?)\/|[._](test|spec)\.\w+$|(^|\/)test_[^/]+\.py$/.test(path);
}

function asksFor(findings: readonly Finding[], file: string): boolean {
  return findings.some(
    (finding) => finding.file === file || `${finding.title}\n${finding.detail ?? ''}`.includes(file),
  );
}

const plain = (file: string): string => file.replace(/^\.\//, '');
