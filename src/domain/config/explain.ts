import type { z } from 'zod';
import { didYouMean, nearest } from '../text/nearest.ts';

/** A schema's complaint in plain words; `key` where it is about a key that should not be there. */
export interface Complaint {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly aboutKey?: boolean;
}

type Issue = z.core.$ZodIssue;

/** Says in plain words what a schema expects. Give it to `safeParse`, then its issues to `explain`. */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${nameOf(issue.expected)}, it is ${kindOf(issue.input)}${quoteHint(issue)}`;
    case 'unrecognized_keys': {
      // One line a key, in order: `explain` makes one complaint of each.
      const known = knownKeys(issue.inst);
      return issue.keys.map((key) => unknownKey(key, known)).join('\n');
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (issue.input === undefined) return `is missing; it must be ${orList(values)}`;
      const hint = typeof issue.input === 'string' ? didYouMean(nearest(issue.input, values, 1)) : '';
      return `must be ${orList(values)}, it is ${show(issue.input)}${hint}`;
    }
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return issue.origin === 'array'
        ? `needs at least ${issue.minimum}`
        : `must be at least ${issue.minimum}, it is ${show(issue.input)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : `, it is ${show(issue.input)}`}`;
    case 'invalid_format':
      if (issue.format === 'url') return `not a URL: ${show(issue.input)}`;
      return issue.format === 'starts_with'
        ? `must start with ${(issue as { prefix?: string }).prefix ?? ''}`
        : undefined;
    default:
      return undefined;
  }
};

/** All complaints of a failed parse, the alternatives of a union reduced to the one that was probably meant. */
export function explain(issues: readonly Issue[]): Complaint[] {
  return issues.flatMap((issue) => explainIssue(issue, []));
}

function explainIssue(issue: Issue, prefix: readonly (string | number)[]): Complaint[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const lines = issue.message.split('\n');
      return issue.keys.map((key, i) => ({
        path: [...path, key],
        message: lines[i] ?? issue.message,
        aboutKey: true,
      }));
    }
    case 'invalid_key':
      return [
        {
          path,
          message: `not a name to use here: ${issue.issues[0]?.message ?? issue.message}`,
          aboutKey: true,
        },
      ];
    case 'invalid_union': {
      // An alternative that got past the outermost check is the one that was meant.
      const meant = issue.errors.find(
        (errors) =>
          errors.length > 0 &&
          errors.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
      );
      return meant ? meant.flatMap((inner) => explainIssue(inner, path)) : [{ path, message: issue.message }];
    }
    default:
      return [{ path, message: issue.message }];
  }
}

function knownKeys(schema: unknown): string[] {
  const def = (schema as z.core.$ZodObject | undefined)?._zod.def;
  return def && 'shape' in def ? Object.keys(def.shape) : [];
}

function unknownKey(key: string, known: readonly string[]): string {
  if (key === 'smoke' && known.includes('criticalPaths'))
    return 'is called checks.criticalPaths since 0.4; smoke tests, which ask a deployed version, are environments.<name>.smoke';
  const near = nearest(key, known, 1);
  if (near.length > 0) return `unknown key${didYouMean(near)}`;
  return known.length > 0 ? `unknown key; known here are ${known.join(', ')}` : 'unknown key';
}

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys',
  record: 'a mapping of keys',
};

function nameOf(expected: string): string {
  return names[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty (leave the key out, or give it a value)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping of keys';
  return `the ${typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'value' : 'number'} ${show(value)}`;
}

/** YAML reads `1.10` as a number and `yes` may be one's name: say how to write a text. */
function quoteHint(issue: { readonly expected: string; readonly input?: unknown }): string {
  const scalar = typeof issue.input === 'number' || typeof issue.input === 'boolean';
  return issue.expected === 'string' && scalar ? `: put it in quotes` : '';
}

function show(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function orList(values: readonly string[]): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? last : `one of ${values.slice(0, -1).join(', ')} or ${last}`;
}
