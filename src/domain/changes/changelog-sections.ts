import type { Heading } from './changelog-text.ts';
import { headingsOf, linksStart } from './changelog-text.ts';
import { isLower } from '../versions/version.ts';

/** The part of a changelog that belongs to one version, or to none yet. */
export interface Section extends Heading {
  /** Without `v`; undefined for what is not released. */
  readonly version: string | undefined;
  /** Not released yet: `Unreleased`, `2.1.0 (unreleased)`. */
  readonly open: boolean;
  /** The first line that is no longer part of it. */
  readonly end: number;
}

const versionText = /^(?:version |release )?\[?v?(\d+\.\d+\.\d+[^\]\s(,:]*)/i;
const notYet = /\b(?:unreleased|not (?:yet )?released|tb[da]|in development)\b/i;
const openText =
  /^\[?(?:unreleased|not (?:yet )?released)\b|^\[?(?:next|upcoming)(?: (?:release|version))?\]?$/i;

/** The version that a heading names. */
export const versionOf = (text: string) => versionText.exec(text)?.[1];

/** The sections of versions and of what is to come, in the order of the file. */
export function sectionsOf(lines: readonly string[]): readonly Section[] {
  const headings = headingsOf(lines);
  const links = linksStart(lines);
  const kind = ({ text }: Heading) => {
    const version = versionOf(text);
    return { version, open: version === undefined ? openText.test(text) : notYet.test(text) };
  };
  return headings.flatMap((heading, index) => {
    const { version, open } = kind(heading);
    if (version === undefined && !open) return [];
    const next = headings.slice(index + 1).find((other) => {
      const { version: below, open: isOpen } = kind(other);
      return below !== undefined || isOpen || other.level <= heading.level;
    });
    return [{ ...heading, version, open, end: next?.at ?? Math.max(heading.below, links) }];
  });
}

/** Whether a file has its oldest version on top. */
export function oldestFirst(sections: readonly Section[]): boolean {
  const versions = sections.flatMap(({ version, open }) => (version === undefined || open ? [] : [version]));
  const [first, last] = [versions[0], versions.at(-1)];
  return first !== undefined && last !== undefined && isLower(first, last);
}
