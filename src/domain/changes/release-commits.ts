/** Commits that other release tools make: a version with its files, and nothing that they would tell. */

const version = String.raw`v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?`;
const verb = String.raw`(?:release|releasing|publish|version|bump(?:ed|ing)?(?: the)? version(?: to)?|bump(?:ed)? to|prepare(?:s|d)?(?: for)?(?: the)?(?: release(?: of)?)?|cut(?: release)?)`;
const name = String.raw`(?:@?[\w.-]+(?:\/[\w.-]+)?(?:@| ))?`;
const forms = [
  version,
  `${verb}:? ${name}${version}`,
  `(?:chore|build|ci|release)(?:\\([\\w -]*\\))?: (?:${verb} ${name})?${version}`,
  String.raw`\[maven-release-plugin\] *prepare (?:release .*|for next development iteration)`,
  String.raw`chore(?:\([\w -]*\))?: release [\w./-]+`,
  '(?:chore: )?version packages(?: \\([\\w -]+\\))?',
];
const pattern = new RegExp(`^(?:${forms.join('|')})\\.?(?: \\(#\\d+\\))?(?: \\[skip ci\\])?$`, 'i');

export const isReleaseCommit = (header: string) => header.length <= 200 && pattern.test(header.trim());
