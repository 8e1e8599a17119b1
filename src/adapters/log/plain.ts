import { isSecretName, redacted, redactText } from './redaction.ts';

/** How much of a field is logged. The rest is in the record and in the files of commands. */
const limits = { depth: 6, text: 8_000, items: 100 };

/**
 * Fields as plain JSON: errors with their causes, no circles, nothing endless, and no values under names such as `token`. Never throws,
 * whatever a getter or a `toJSON` does.
 */
export function plainFields(fields: object): Record<string, unknown> {
  return entriesOf(fields, 0, new Set());
}

function plain(value: unknown, depth: number, above: ReadonlySet<unknown>): unknown {
  switch (typeof value) {
    case 'string':
      // Redacted first, or half a secret could be left at the cut.
      return value.length > limits.text ? `${redactText(value).slice(0, limits.text)}…` : value;
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : objectOf(value, depth, above);
    case 'number':
    case 'boolean':
      return value;
    default:
      return undefined;
  }
}

function objectOf(value: object, depth: number, above: ReadonlySet<unknown>): unknown {
  if (above.has(value)) return '[circular]';
  if (depth >= limits.depth) return '[deeper]';
  const within = new Set([...above, value]);
  if (value instanceof Error) return errorOf(value, depth, within);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return objectOf([...value], depth, above);
  if (Array.isArray(value)) {
    const items = value.slice(0, limits.items).map((item) => plain(item, depth + 1, within));
    return value.length > limits.items ? [...items, `… ${value.length - limits.items} more`] : items;
  }
  return entriesOf(value, depth, within);
}

function errorOf(error: Error, depth: number, within: ReadonlySet<unknown>): unknown {
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: plain(message, depth, within),
    ...(stack ? { stack: plain(stack, depth, within) } : {}),
    ...(cause === undefined ? {} : { cause: plain(cause, depth + 1, within) }),
    // What its class adds, such as `code`; those of Temporal repeat the failure as it was sent.
    ...entriesOf(error, depth, within, new Set(['name', 'message', 'stack', 'cause', 'failure'])),
  };
}

function entriesOf(
  value: object,
  depth: number,
  above: ReadonlySet<unknown>,
  except: ReadonlySet<string> = new Set(),
): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const name of Object.keys(value).slice(0, limits.items)) {
    if (except.has(name)) continue;
    entries.push([name, isSecretName(name) ? hide(value, name) : read(value, name, depth, above)]);
  }
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** That there is none may be seen. */
function hide(value: object, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name] == null ? undefined : redacted;
  } catch {
    return redacted;
  }
}

function read(value: object, name: string, depth: number, above: ReadonlySet<unknown>): unknown {
  try {
    return plain((value as Record<string, unknown>)[name], depth + 1, above);
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.message : 'unknown'}]`;
  }
}
