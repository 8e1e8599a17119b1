/** One line of a Prometheus text page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

const nameOf = /([a-zA-Z_:][a-zA-Z0-9_:]*)\s*/y;
const label = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/y;
const closing = /\s*\}/y;
/** The value, a time, and what OpenMetrics puts behind a `#`. */
const rest = /^\s*(\S+)(?:\s+[-+0-9.eE]+)?\s*(?:#.*)?$/;
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Reads the text exposition format (https://prometheus.io/docs/instrumenting/exposition_formats/).
 * Lines that can't be read are left out and counted, so that one odd metric does not hide the others.
 */
export function parseMetrics(text: string): {
  readonly samples: readonly Sample[];
  readonly unreadable: number;
} {
  const samples: Sample[] = [];
  let unreadable = 0;
  for (const row of text.split('\n')) {
    const trimmed = row.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const sample = parseLine(trimmed);
    if (sample) samples.push(sample);
    else unreadable += 1;
  }
  return { samples, unreadable };
}

function parseLine(text: string): Sample | undefined {
  const name = take(nameOf, text, 0);
  if (!name) return undefined;
  const labels: Record<string, string> = {};
  let at = name.end;
  if (text[at] === '{') {
    at += 1;
    for (let found = take(label, text, at); found; found = take(label, text, at)) {
      const [key = '', value = ''] = found.groups;
      labels[key] = value.replace(/\\(.)/g, (whole, character: string) => escapes[character] ?? whole);
      at = found.end;
    }
    const end = take(closing, text, at);
    if (!end) return undefined;
    at = end.end;
  }
  const [, number] = rest.exec(text.slice(at)) ?? [];
  const value = number === undefined ? undefined : parseValue(number);
  return value === undefined ? undefined : { name: name.groups[0] ?? '', labels, value };
}

/** Matches at a place and tells where it ended. */
function take(
  pattern: RegExp,
  text: string,
  at: number,
): { readonly groups: readonly (string | undefined)[]; readonly end: number } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match ? { groups: match.slice(1), end: pattern.lastIndex } : undefined;
}

/** A number as Prometheus writes it, also `NaN` and `+Inf`; undefined where it is none. */
export function parseValue(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([-+]?)inf(?:inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}
