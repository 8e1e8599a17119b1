import type { Measured } from '../../activities/ports/index.ts';
import { ProviderProblem } from './in-time.ts';

/** What may stand in braces, by name; undefined where it is not known of this version. */
export type Places = Readonly<Record<string, string | undefined>>;

export interface Where {
  readonly product: string;
  readonly environment: string;
}

export const placesOf = ({ product, environment }: Where, measured: Measured): Places => ({
  version: measured.version,
  commit: measured.commit,
  slot: measured.slot,
  product,
  environment,
});

/**
 * Fills `{{version}}` and the like in. A name that does not exist is a {@link ProviderProblem}; one that has no value
 * here, such as the slot of a version that nobody told the slot of, is what is returned.
 */
export function fillIn(
  text: string,
  places: Places,
  escape: (value: string) => string = (value) => value,
): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const filled = text.replace(/\{\{([^{}]*)\}\}/g, (_, written: string) => {
    const name = written.trim();
    if (!Object.hasOwn(places, name)) {
      const known = Object.keys(places).map((place) => `{{${place}}}`);
      throw new ProviderProblem(`{{${name}}} is not known: write one of ${known.join(', ')}`);
    }
    const value = places[name];
    if (value === undefined) missing ??= name;
    return escape(value ?? '');
  });
  return missing === undefined ? { text: filled } : { missing };
}

/**
 * A value inside a PromQL string, whichever quotes that has: numeric escapes end neither kind, and in backticks, where nothing
 * is an escape, they only match nothing.
 */
export const escapePromQl = (value: string): string =>
  value.replace(/[\\"'`\u0000-\u001f\u007f]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, '0');
    return `\\x${code}`;
  });
