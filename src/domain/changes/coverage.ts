import type { Changes, LeftOut } from './effective.ts';

const words: Readonly<Record<LeftOut['why'], string>> = {
  'told elsewhere': 'told already by a merge or its commits',
  'taken back': 'taken back, or taking back',
  'merge by its text': 'merges by their messages alone',
  'release commit': 'version commits',
};
const shown = 5;

/** How many commits there are, and which of them are not listed; undefined where all of them are. */
export function coverage({ commits, leftOut }: Pick<Changes, 'commits' | 'leftOut'>): string | undefined {
  if (leftOut.length === 0) return undefined;
  const parts = (Object.keys(words) as LeftOut['why'][]).flatMap((why) => {
    const those = leftOut.filter((each) => each.why === why);
    if (those.length === 0) return [];
    const hashes = those.slice(0, shown).map(({ sha }) => sha.slice(0, 7));
    const more = those.length > shown ? `, and ${those.length - shown} more` : '';
    return [`${words[why]}: ${those.length} (${hashes.join(', ')}${more})`];
  });
  const all = commits.length + leftOut.length;
  const told = commits.length === 0 ? 'none is' : commits.length === 1 ? 'one is' : `${commits.length} are`;
  return `Of ${all} ${all === 1 ? 'commit' : 'commits'}, ${told} listed. Not listed – ${parts.join('; ')}.`;
}
