import { undecodableMark } from '../run/messages.ts';

export type CheckedInput<I> =
  { readonly ok: true; readonly value: I } | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Checks what starts a flow by hand, for it may come from anywhere: every problem at once.
 * @param longest the fields, all of them texts, and how many characters each may have; `product` is needed
 * @param missing what to say where it isn't there
 */
export function checkTexts<I>(
  input: unknown,
  longest: Readonly<Record<keyof I & string, number>>,
  { example, missing }: { readonly example: I; readonly missing: string },
): CheckedInput<I> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return {
      ok: false,
      problems: [`the input must be one JSON object, such as ${JSON.stringify(example)}`],
    };
  const record = input as Record<string, unknown>;
  if (undecodableMark in record)
    return { ok: false, problems: ['the input could not be decoded: send JSON, encoding json/plain'] };
  const fields = Object.entries<number>(longest);
  const problems = Object.keys(record)
    .filter((key) => !Object.hasOwn(longest, key))
    .map(
      (key) =>
        `"${key.slice(0, 80)}" is not a field of the input; known are ${fields.map(([name]) => name).join(', ')}`,
    );
  for (const [key, limit] of fields) {
    const value = record[key];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.trim() === '' || value.length > limit)
      problems.push(`"${key}" must be a text of 1 to ${limit} characters`);
  }
  if (record['product'] === undefined) problems.push(`"product" is missing: ${missing}`);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: input as I };
}
