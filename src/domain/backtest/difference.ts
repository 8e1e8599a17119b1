import semver from 'semver';
import type { ParsedCommit } from '../changes/commits.ts';
import { distance, levelOf, rank, skips } from '../versions/level.ts';
import { core, inc } from '../versions/tags.ts';
import type { VersionPlan, VersionRefusal } from '../versions/version.ts';
import type { Published } from './published.ts';

/** What Sluice would have said of a past release. */
export interface Judged {
  readonly published: Published;
  readonly version: VersionPlan | VersionRefusal;
  /** The release that it counts from. */
  readonly previous: { readonly tag: string; readonly version: string } | undefined;
  /** Whether that one is in the history of what was released. */
  readonly previousIsHere: boolean;
  /** Those that make a difference. */
  readonly commits: readonly ParsedCommit[];
  /** All commits since the release before. */
  readonly total: number;
}

/** Why a version is another one than Sluice's. */
export const differenceKinds = {
  higher: 'a higher step was published than the commits ask for',
  lower: 'a lower step was published than the commits ask for',
  nothing: 'published although nothing that users notice had changed',
  first: 'a first release, whose version a person chooses',
  skipped: 'versions were left out',
  package: 'package.json said another version',
  order: 'not after the version before',
  beside: 'the release before is not in the history of this one',
  form: 'a pre-release that is written in another way',
  other: 'something else',
} as const;

export type DifferenceKind = keyof typeof differenceKinds;

export interface Difference {
  readonly kind: DifferenceKind;
  /** One sentence; quotes titles of commits as they were typed. */
  readonly reason: string;
}

/** Why the two are not the same; undefined where they are. */
export function differenceOf(judged: Judged): Difference | undefined {
  const { published, version, previous } = judged;
  if (version.ok && version.version === published.version) return undefined;
  if (previous === undefined) return { kind: 'first', reason: `The first release: ${first(judged)}` };
  if (semver.lte(core(published.version), previous.version))
    return {
      kind: 'order',
      reason: `${previous.tag} ${judged.previousIsHere ? 'is in its history' : 'was there before'}, and versions only go up.`,
    };
  if (!judged.previousIsHere)
    return {
      kind: 'beside',
      reason: `${previous.tag}, which it counts from, is not in its history: what came since can't be told for certain.`,
    };
  if (!version.ok) return refused(judged, version, previous.tag);
  if (published.preid !== undefined && core(version.version) === core(published.version))
    return { kind: 'form', reason: `${version.version} is how the same pre-release would be called.` };
  return { ...stepped(judged, version.version, previous.version), ...byPackage(version) };
}

function first({ version }: Judged): string {
  if (version.ok) return (version.reasons[0] ?? '').replace(/^First release: /, '');
  return version.problems.map(({ message }) => message).join(' ');
}

function refused({ commits, total }: Judged, { problems }: VersionRefusal, tag: string): Difference {
  const [problem] = problems;
  if (problem?.code !== 'nothing-to-release') return { kind: 'order', reason: problem?.message ?? '' };
  if (total === 0) return { kind: 'nothing', reason: `There are no commits since ${tag}.` };
  if (commits.length === 0)
    return {
      kind: 'nothing',
      reason: `Of ${counted(total)} since ${tag}, none is left: merges, versions of other tools, or taken back.`,
    };
  const types = new Map<string, number>();
  for (const { type } of commits) types.set(type, (types.get(type) ?? 0) + 1);
  const shown = [...types].sort(([, a], [, b]) => b - a).map(([type, count]) => `${count} ${type}`);
  return {
    kind: 'nothing',
    reason: `${commits.length === 1 ? 'The only commit' : `None of ${commits.length} commits`} since ${tag} changes ${commits.length === 1 ? 'nothing that' : 'what'} users get: ${shown.slice(0, 6).join(', ')}.`,
  };
}

function stepped(judged: Judged, own: string, previous: string): Difference {
  const { published, commits } = judged;
  const [theirs, ours] = [distance(previous, published.version), distance(previous, own)];
  const because = whatAsks(commits, ours, previous);
  if (rank[theirs] > rank[ours])
    return {
      kind: 'higher',
      reason: `A ${theirs} was published; the commits ask for no more than ${ours}: ${because}`,
    };
  if (rank[theirs] < rank[ours])
    return { kind: 'lower', reason: `A ${theirs} was published, but ${ours} is asked for: ${because}` };
  if (skips(previous, published.version, theirs))
    return { kind: 'skipped', reason: `${theirs} after ${previous} is ${inc(previous, theirs)}.` };
  return {
    kind: 'other',
    reason: judged.version.ok ? judged.version.reasons.slice(-2).join(' ') : '',
  };
}

/** Where package.json decided, and not the commits. */
function byPackage({ reasons }: VersionPlan): Partial<Difference> {
  const said = reasons.find((reason) => reason.startsWith('package.json already says'));
  return said === undefined ? {} : { kind: 'package', reason: said };
}

/** What asks for a step, as a person would look it up. */
function whatAsks(commits: readonly ParsedCommit[], step: string, previous: string): string {
  const asked = commits.filter((commit) => levelOf(commit) !== undefined);
  const top = asked.filter((commit) => {
    const level = levelOf(commit);
    return (semver.major(previous) === 0 && level === 'major' ? 'minor' : level) === step;
  });
  const [best] = top.length > 0 ? top : asked;
  if (!best) return 'dependencies that users get changed.';
  const title = best.header.length > 100 ? `${best.header.slice(0, 99)}…` : best.header;
  const shown = `${title} (${best.sha.slice(0, 7)})`;
  if (top.length < 2) return `${shown}${best.type === 'other' ? ', which says no type' : ''}.`;
  if (top.every(({ type }) => type === 'other'))
    return `${top.length} of them say no type, such as ${shown}.`;
  return `${shown}, and ${top.length - 1} more.`;
}

const counted = (count: number) => (count === 1 ? '1 commit' : `${count} commits`);
