/** What a record itself has under a name: what every object inherits (`constructor`, `__proto__`) is nobody's configuration. */
export function own<T extends object, K extends keyof T & string>(
  record: T,
  name: K | (string & {}),
): T[K] | undefined {
  return Object.hasOwn(record, name) ? record[name as K] : undefined;
}
