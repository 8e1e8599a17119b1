/** Merges by their messages: git's own, and those of code hosts. */

export interface MergeTitle {
  readonly pr: number | undefined;
  /** The title that the code host put into the first line, where it did. */
  readonly title: string | undefined;
}

const forms: readonly RegExp[] = [
  // GitHub, and Gitea with the title of the pull request
  /^Merge pull request (?:'(?<title>.*)' \()?#(?<pr>\d{1,15})\)?(?:\s.*)?$/,
  // Bitbucket
  /^Merged in .+ \(pull request #(?<pr>\d{1,15})\)$/,
  /^Pull request #(?<pr>\d{1,15}): (?<title>.*)$/,
  // Azure DevOps
  /^Merged PR (?<pr>\d{1,15}): (?<title>.*)$/,
  // git, GitLab; but not what GitHub calls the fix of a security advisory, whether it squashes it or not
  /^Merge (?!commit from fork$)(?:branch|branches|remote-tracking branch|remote-tracking branches|tag|tags|commit|commits|changes)\b.*$/,
];

/** Reads the header of a merge; undefined where it is none. */
export function readMergeTitle(header: string): MergeTitle | undefined {
  for (const form of forms) {
    const match = form.exec(header);
    if (match)
      return {
        pr: match.groups?.['pr'] === undefined ? undefined : Number(match.groups['pr']),
        title: match.groups?.['title'] || undefined,
      };
  }
  return undefined;
}

/** `See merge request acme/shop!12`, as GitLab ends a merge's message. */
export function mergeRequestIn(body: string): number | undefined {
  const number = /^See merge request \S*!(\d{1,15})$/m.exec(body)?.[1];
  return number === undefined ? undefined : Number(number);
}
