import { undecodableMark } from './messages.ts';

/** What starts a rollout of a version that was released before. In the UI's start form: `{"product":"shop","version":"1.4.0"}`. */
export interface RolloutInput {
  readonly product: string;
  /** A version with a tag; the highest one where it is left out. */
  readonly version?: string;
  readonly by?: string;
}

const fields = ['product', 'version', 'by'] as const;

/** Checks it by hand, for it may come from anywhere: every problem at once. */
export function checkRolloutInput(
  input: unknown,
):
  | { readonly ok: true; readonly value: RolloutInput }
  | { readonly ok: false; readonly problems: readonly string[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return {
      ok: false,
      problems: ['the input must be one JSON object, such as {"product":"shop","version":"1.4.0"}'],
    };
  const record = input as Record<string, unknown>;
  if (undecodableMark in record)
    return { ok: false, problems: ['the input could not be decoded: send JSON, encoding json/plain'] };
  const problems = Object.keys(record)
    .filter((key) => !(fields as readonly string[]).includes(key))
    .map((key) => `"${key.slice(0, 80)}" is not a field of the input; known are ${fields.join(', ')}`);
  for (const key of fields) {
    const value = record[key];
    if (value !== undefined && (typeof value !== 'string' || value === '' || value.length > 200))
      problems.push(`"${key}" must be a text of 1 to 200 characters`);
  }
  if (record['product'] === undefined) problems.push('"product" is missing: say what to roll out');
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: input as RolloutInput };
}
