import { visible } from '../text/visible.ts';

/** As much of a text as a report shows, whole characters only; what is left out is counted. */
export function excerpt(text: string, limit: number): string {
  const clean = visible(text);
  if (clean.length <= limit) return clean;
  const letters = [...clean];
  if (letters.length <= limit) return clean;
  return `${letters.slice(0, limit).join('')}… (${letters.length - limit} more characters)`;
}
