import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../domain/text/time.ts';

/** Options that may be given several times are a list. */
export function several(text: string, before: unknown): readonly string[] {
  return [...((before as readonly string[] | undefined) ?? []), text];
}

export function count(text: string): number {
  return wholeNumber(text, 10_000, 'It must be a whole number from 1 to 10000.');
}

export function port(text: string): number {
  return wholeNumber(text, 65_535, 'It must be a port from 1 to 65535.');
}

/** Milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write it like 30s, 10m, 2h or 7d.');
  return ms;
}

function wholeNumber(text: string, most: number, says: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) throw new InvalidArgumentError(says);
  return number;
}
