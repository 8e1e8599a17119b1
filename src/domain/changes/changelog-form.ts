import { versionOf } from './changelog-sections.ts';

/** A heading for a version in the form that the newest one has. */

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);
const month = `(?:${months.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')})\\.?`;
const pending = /unreleased|not (?:yet )?released|tb[da]|in development/i;
const written: readonly {
  readonly pattern: RegExp;
  readonly write: (old: string, date: string) => string;
}[] = [
  { pattern: /\d{4}-\d{2}-\d{2}/, write: (_, date) => date },
  { pattern: /\d{4}[/.]\d{2}[/.]\d{2}/, write: (old, date) => date.replaceAll('-', old.charAt(4)) },
  { pattern: /\d{2}\.\d{2}\.\d{4}/, write: (_, date) => date.split('-').reverse().join('.') },
  {
    pattern: new RegExp(`${month} \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}`, 'i'),
    write: (old, date) => inWords(old, date, old.includes(',') ? ',' : '').join(' '),
  },
  {
    pattern: new RegExp(`\\d{1,2}(?:st|nd|rd|th)? ${month},? \\d{4}`, 'i'),
    write: (old, date) => {
      const [name = '', day = '', year = ''] = inWords(old, date, '');
      return `${day} ${name}${old.includes(',') ? ',' : ''} ${year}`;
    },
  },
  { pattern: pending, write: (_, date) => date },
];

/**
 * @param example the newest heading, without marks; undefined where there is none
 * @param date `2026-03-01`
 */
export function headingLike(example: string | undefined, version: string, date: string): string {
  const old = example === undefined ? undefined : versionOf(example);
  if (example === undefined || old === undefined) return `[${version}] - ${date}`;
  const at = example.indexOf(old);
  const before = example.slice(0, at);
  const [, bracket = '', url, rest = ''] =
    /^(\]?)(?:\(([^)\s]*:\/\/[^)]*)\))?(.*)$/.exec(example.slice(at + old.length)) ?? [];
  const link = url === undefined || bracket === '' ? '' : linkLike(url, old, version);
  return `${before}${version}${bracket}${link}${dateLike(rest, date)}`;
}

/** `…/compare/v1.0.0...v1.1.0` goes on from where it ended; a link that doesn't name the version says nothing of another one. */
function linkLike(url: string, old: string, version: string): string {
  const [, base, , dots, to] = /^(.*\/compare\/)(\S+?)(\.{2,3})(\S+)$/.exec(url) ?? [];
  if (base !== undefined && dots !== undefined && to?.includes(old))
    return `(${base}${to}${dots}${to.replace(old, version)})`;
  return url.includes(old) ? `(${url.replaceAll(old, version)})` : '';
}

/** What stands before the date, the date, and the bracket that closes it. */
function dateLike(rest: string, date: string): string {
  for (const { pattern, write } of written) {
    const match = pattern.exec(rest);
    if (!match) continue;
    const [old] = match;
    const after = rest.slice(match.index + old.length);
    return `${rest.slice(0, match.index)}${write(old, date)}${/^[)\]_*]+/.exec(after)?.[0] ?? ''}`;
  }
  return '';
}

/** Month, day and year, as long or short and with the endings that the old ones have. */
function inWords(old: string, date: string, comma: string): string[] {
  const [year = '', number = '1', day = '1'] = date.split('-');
  const full = months[Number(number) - 1] ?? '';
  const name = /[a-z]{4,}/i.test(old) || /\bMay\b/i.test(old) ? full : full.slice(0, 3);
  const dotted = /[a-z]\.\s/i.test(old) ? `${name}.` : name;
  const ending = /\d(?:st|nd|rd|th)\b/i.test(old) ? ordinal(Number(day)) : '';
  return [dotted, `${Number(day)}${ending}${comma}`, year];
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}
