import type { ReleaseInput } from '../flows/inquiry.ts';
import { undecodableMark } from '../run/messages.ts';

/** Checks what starts a release by hand, for it may come from anywhere: every problem at once. */
export function checkReleaseInput(
  input: unknown,
):
  | { readonly ok: true; readonly value: ReleaseInput }
  | { readonly ok: false; readonly problems: readonly string[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return {
      ok: false,
      problems: ['the input must be one JSON object, such as {"product":"shop","bump":"auto"}'],
    };
  }
  const record = input as Record<string, unknown>;
  if (undecodableMark in record)
    return { ok: false, problems: ['the input could not be decoded: send JSON, encoding json/plain'] };
  const problems: string[] = [];
  for (const key of Object.keys(record)) {
    if (!(inputFields as readonly string[]).includes(key))
      problems.push(`"${key.slice(0, 80)}" is not a field of the input; known are ${inputFields.join(', ')}`);
  }
  for (const key of textFields) {
    const value = record[key];
    if (value !== undefined && (typeof value !== 'string' || value.length > 200))
      problems.push(`"${key}" must be a text of at most 200 characters`);
  }
  if (record['expected'] !== undefined && !isExpected(record['expected']))
    problems.push('"expected" must be {"version":"…","commit":"…"}, as a preview gave them');
  if (typeof record['product'] !== 'string' || record['product'] === '')
    problems.push('"product" is missing: say what to release');
  const bump = record['bump'];
  if (typeof bump === 'string' && !bumps.includes(bump))
    problems.push(`"bump" is "${bump.slice(0, 80)}"; it must be one of ${bumps.join(', ')}`);
  if (record['version'] !== undefined && bump !== undefined && bump !== 'auto')
    problems.push('say either "version" or "bump", not both');
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: input as ReleaseInput };
}

function isExpected(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(value);
  return (
    entries.length === 2 &&
    'version' in value &&
    'commit' in value &&
    entries.every(([, text]) => typeof text === 'string' && text !== '' && text.length <= 200)
  );
}

const textFields = ['product', 'bump', 'version', 'preid', 'by'] as const;
const inputFields = [...textFields, 'expected'] as const;
const bumps: readonly string[] = ['auto', 'major', 'minor', 'patch', 'prerelease'];
