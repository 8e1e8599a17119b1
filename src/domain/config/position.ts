import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Where a path stands in a document. A value that is there: its own place; a mapping or list: its key, which people see
 * first; a path to nowhere: the nearest parent that exists. `atKey` gives the key's place also for a plain value.
 */
export function positionOf(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
  atKey: boolean,
): Position {
  let node: unknown = document.contents;
  let place: Node | undefined = isNode(document.contents) ? document.contents : undefined;
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const found = child(node, part);
    if (!found) break;
    node = found.value;
    const last = depth === path.length - 1;
    const value = isNode(found.value) ? found.value : undefined;
    const wantsKey = last ? atKey || !isScalar(value) : true;
    place = (wantsKey ? (found.key ?? value) : (value ?? found.key)) ?? place;
  }
  return toPosition(lines, place?.range?.[0] ?? 0);
}

/** @returns from 1, also where the offset is behind the end. */
export function toPosition(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function child(node: unknown, part: string | number): { key: Node | undefined; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part));
    return pair && { key: isNode(pair.key) ? pair.key : undefined, value: pair.value };
  }
  if (isSeq(node) && typeof part === 'number' && part < node.items.length)
    return { key: undefined, value: node.items[part] };
  return undefined;
}
