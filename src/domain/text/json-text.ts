/**
 * Where a value stands in the text of valid JSON, so that it can be replaced without touching anything else.
 * The last one wins where a key is there twice, as in `JSON.parse`.
 */
export function locateJsonValue(
  text: string,
  path: readonly string[],
): { readonly start: number; readonly end: number } | undefined {
  const stack: { object: boolean; key: string; expectsKey: boolean }[] = [];
  let found: { start: number; end: number } | undefined;
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]|[^\s{}[\],:"]+/g)) {
    const token = match[0];
    const top = stack.at(-1);
    if (token === '{' || token === '[')
      stack.push({ object: token === '{', key: token === '[' ? '0' : '', expectsKey: token === '{' });
    else if (token === '}' || token === ']') stack.pop();
    else if (token === ',') {
      if (top?.object) top.expectsKey = true;
      else if (top) top.key = String(Number(top.key) + 1);
    } else if (top?.expectsKey) {
      top.key = JSON.parse(token) as string;
      top.expectsKey = false;
    } else if (stack.length === path.length && stack.every((frame, depth) => frame.key === path[depth])) {
      found = { start: match.index, end: match.index + token.length };
    }
  }
  return found;
}
