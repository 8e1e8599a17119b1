import { undecodableMark } from '../messages.ts';

/** What starts a blue/green deployment: `{"product":"shop","ref":"main","by":"alice"}`. */
export interface BlueGreenInput {
  readonly product: string;
  /** A branch, tag or commit; the main branch where it is left out. */
  readonly ref?: string;
  readonly by?: string;
}

const fields = ['product', 'ref', 'by'] as const;
const longest = 200;

/** Checks it by hand, for it may come from anywhere: every problem at once. */
export function checkBlueGreenInput(
  input: unknown,
):
  | { readonly ok: true; readonly value: BlueGreenInput }
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
    if (typeof value !== 'string' || value.trim() === '' || value.length > longest)
      problems.push(`"${key}" must be a text of 1 to ${longest} characters`);
  }
  if (record['product'] === undefined) problems.push('"product" is missing: say what to deploy');
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: input as BlueGreenInput };
}
