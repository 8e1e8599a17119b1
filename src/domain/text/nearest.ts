import { distance } from 'fastest-levenshtein';

/**
 * The candidates that a mistyped word was probably meant to be, nearest first; empty where none is near.
 * Near is at most a third of the letters wrong, or a beginning of the candidate.
 */
export function nearest(word: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = word.toLowerCase();
  if (wanted === '' || wanted.length > 100) return [];
  return candidates
    .map((candidate) => ({ candidate, score: scoreOf(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, score }) =>
        score <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.score - b.score)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

function scoreOf(wanted: string, candidate: string): number {
  if (wanted.length >= 2 && candidate.startsWith(wanted)) return 1;
  // Swapped letters are one slip, not two.
  const swapped = wanted.length === candidate.length && sorted(wanted) === sorted(candidate);
  return swapped ? Math.min(1, distance(wanted, candidate)) : distance(wanted, candidate);
}

function sorted(text: string): string {
  return [...text].sort().join('');
}

/** `; did you mean shop or ship?`, or nothing. */
export function didYouMean(words: readonly string[]): string {
  if (words.length === 0) return '';
  const last = words.at(-1) ?? '';
  return `; did you mean ${words.length === 1 ? last : `${words.slice(0, -1).join(', ')} or ${last}`}?`;
}
