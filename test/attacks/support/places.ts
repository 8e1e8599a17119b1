/** Changes in one place of a JSON value. */
type Place = readonly (string | number)[];

/** Where something stands in JSON: each value of each level. */
export function placesIn(value: unknown, at: Place = []): Place[] {
  const below =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) =>
          placesIn(each, [...at, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return at.length === 0 ? below : [at, ...below];
}

export function changed(
  value: unknown,
  [key, ...rest]: Place,
  change: (before: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value);
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value)
    ? [...(value as unknown[])]
    : { ...(value as object) };
  (copy as Record<string | number, unknown>)[key] = changed(
    (copy as Record<string | number, unknown>)[key],
    rest,
    change,
  );
  return copy;
}

export function withMember(before: unknown, name: string, value: unknown): unknown {
  const copy = typeof before === 'object' && before !== null ? { ...before } : {};
  // An own property, whatever its name is: as JSON that arrives has it.
  Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}
