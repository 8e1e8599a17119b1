import { undecodableMark } from './messages.ts';

/** What starts a rollback outside any run (SI-11). A person can type it into the UI's start form: `{"product":"shop","by":"alice"}`. */
export interface RollbackInput {
  readonly product: string;
  /** `production` where it is left out. */
  readonly environment?: string;
  /** `previous` (the default), or a version such as `1.4.0`. */
  readonly version?: string;
  /** What is wrong, for the record. */
  readonly reason?: string;
  readonly by?: string;
}

const fields = ['product', 'environment', 'version', 'reason', 'by'] as const;
const longest = { product: 200, environment: 200, version: 200, reason: 8_000, by: 200 } as const;

/** Checks it by hand, for it may come from anywhere: every problem at once. */
export function checkRollbackInput(
  input: unknown,
):
  | { readonly ok: true; readonly value: RollbackInput }
  | { readonly ok: false; readonly problems: readonly string[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return {
      ok: false,
      problems: ['the input must be one JSON object, such as {"product":"shop","by":"alice"}'],
    };
  const record = input as Record<string, unknown>;
  if (undecodableMark in record)
    return { ok: false, problems: ['the input could not be decoded: send JSON, encoding json/plain'] };
  const problems = Object.keys(record)
    .filter((key) => !(fields as readonly string[]).includes(key))
    .map((key) => `"${key.slice(0, 80)}" is not a field of the input; known are ${fields.join(', ')}`);
  for (const key of fields) {
    const value = record[key];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '' || value.length > longest[key])
      problems.push(`"${key}" must be a text of 1 to ${longest[key]} characters`);
  }
  if (record['product'] === undefined) problems.push('"product" is missing: say what to roll back');
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: input as RollbackInput };
}
