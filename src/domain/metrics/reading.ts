/** What a provider says a rule's measure is, of one version at one moment. Never thrown, never guessed. */
export type Reading =
  /** In the measure's own unit: fractions, milliseconds, bytes, cores. */
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'no-data'; readonly reason: string }
  | { readonly kind: 'error'; readonly reason: string };

/** A number is only one where it is finite: NaN is what a query answers that divides nothing by nothing. */
export function readingOf(value: number): Reading {
  return Number.isFinite(value)
    ? { kind: 'value', value }
    : { kind: 'no-data', reason: `the value is ${value}, which says nothing` };
}
