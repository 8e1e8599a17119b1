import type { ReleaseInput } from '../release/input.ts';

/**
 * What was seen when somebody said yes, against what main makes now. Another version is another release: it is for a person
 * to look at. A newer commit that makes the same version is what releasing main means, but an approver should know.
 */
export function compareWithExpected(
  expected: ReleaseInput['expected'],
  now: { readonly version: string; readonly commit: string },
): { readonly blockers: readonly string[]; readonly concerns: readonly string[] } {
  if (!expected) return { blockers: [], concerns: [] };
  const confirmed = expected.version.replace(/^v/, '');
  const [then, at] = [expected.commit.slice(0, 12), now.commit.slice(0, 12)];
  if (confirmed !== now.version)
    return {
      blockers: [
        `v${confirmed} (commit ${then}) was confirmed, but main (commit ${at}) makes it v${now.version} by now: look at it, and start that release`,
      ],
      concerns: [],
    };
  return {
    blockers: [],
    concerns:
      expected.commit === now.commit
        ? []
        : [`v${confirmed} was confirmed at commit ${then}; it is made from ${at}, where main is by now`],
  };
}
