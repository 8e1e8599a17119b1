/** What a value is replaced by. */
export const redacted = '[redacted]';

type Redact = (text: string) => string;

const hidden = new Set<Redact>();

/**
 * From now on no line of this process shows what `redact` takes out: a secret resolver's, which knows the values that it has given out.
 * For the whole process, as its log is, and for as long as it lives.
 */
export function hideInLogs(redact: Redact): void {
  hidden.add(redact);
}

/** Names whose values are nobody's business. A count such as `tokens` is none of them. */
const secretNames =
  'authorization|cookie|password|passwd|passphrase|secret|token|api-?_?key|private-?_?key|access-?_?key|routing-?_?key|credentials?|totp';
const secretName = new RegExp(`(?:${secretNames})$`, 'i');

export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Inside a string that holds JSON, or a part of it, quotes are escaped, as often as it was put into another one. */
const quote = String.raw`\\*"`;
const texts: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(
      `(${quote}[\\w-]*(?:${secretNames})${quote}\\s*:\\s*${quote})(?!\\[redacted\\])[^"\\\\]+`,
      'gi',
    ),
    `$1${redacted}`,
  ],
  [/(\bauthorization:\s*)(?:(?:basic|bearer|token)\s+)?[^\s"'\\,;]+/gi, `$1${redacted}`],
  [/(\bbearer\s+)(?=[\w.~+/-]*\d)[\w.~+/-]{8,}=*/gi, `$1${redacted}`],
  [/\b([a-z][a-z\d+.-]*:\/\/[^\s/:@"'\\]*):[^\s/@"'\\]+@/gi, `$1:${redacted}@`],
  [/\b(?:gh[opsur]_|github_pat_|xox[abeprs]-)[\w-]{10,}/g, redacted],
];

/** A text, such as a finished line, without the values that were resolved in this process, and without what looks like a credential. */
export function redactText(text: string): string {
  let rest = text;
  for (const redact of hidden) rest = redact(rest);
  for (const [pattern, instead] of texts) rest = rest.replace(pattern, instead);
  return rest;
}

/** The same of a line of JSON, which stays one: also where a secret is a number. */
export function redactLine(line: string): string {
  const rest = redactText(line);
  if (rest === line || isJson(rest)) return rest;
  return `${JSON.stringify(redactValue(JSON.parse(line)))}\n`;
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [redactText(name), redactValue(item)]),
    );
  const text = JSON.stringify(value);
  const rest = redactText(text);
  return rest === text ? value : rest;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
