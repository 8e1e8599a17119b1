export type JsonObject = Readonly<Record<string, unknown>>;

/** How many pieces are tried: a log full of braces costs no more than this. */
const attempts = 100;

/**
 * The whole text where it is one JSON object, else the last JSON object that begins and ends with a line of its own,
 * so that programs may log before and after it.
 */
export function lastJsonObject(text: string): JsonObject | undefined {
  const whole = parseObject(text);
  if (whole) return whole;
  const starts = [...text.matchAll(/^[ \t]*\{/gm)].map(({ index }) => index).reverse();
  const ends = [...text.matchAll(/\}[ \t\r]*$/gm)].map(({ index }) => index + 1).reverse();
  let left = attempts;
  for (const end of ends) {
    for (
      let i = starts.findIndex((start) => start < end);
      i >= 0 && i < starts.length && left > 0;
      i += 1, left -= 1
    ) {
      const found = parseObject(text.slice(starts[i], end));
      if (found) return found;
    }
  }
  return undefined;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
