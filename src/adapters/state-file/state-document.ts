import { LineCounter, Scalar, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import type { ProductState } from '../../activities/ports/records.ts';
import { isOwnTask } from '../../domain/records/state-tasks.ts';
import { StateFileProblem } from './state-file-problem.ts';

/** The text of `state.yml`, parsed so that it can be changed in place: comments, order and other keys stay. */
export interface StateDocument {
  readonly document: Document;
  fail(node: unknown, message: string): StateFileProblem;
}

const names = ['phase', 'version', 'last_release', 'last_activity'] as const;

/** Throws StateFileProblem with the line of the first mistake. */
export function parseState(file: string, text: string, schema: 'core' | 'failsafe'): StateDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, schema, prettyErrors: false });
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? undefined : lineCounter.linePos(offset).line;
  const [error] = document.errors;
  if (error?.code === 'MULTIPLE_DOCS') {
    throw new StateFileProblem(
      file,
      lineAt(error.pos[0]),
      'a second YAML document begins here; there may be only one',
    );
  }
  if (error)
    throw new StateFileProblem(file, lineAt(error.pos[0]), `broken YAML: ${error.message}; mend it by hand`);
  return {
    document,
    fail: (node, message) =>
      new StateFileProblem(file, lineAt(isNode(node) ? node.range?.[0] : undefined), message),
  };
}

/** A product's state as text, whatever its scalars look like (`1.10` is a version, not a number). */
export function readProduct(state: StateDocument, product: string): ProductState | undefined {
  const entry = childMap(state, childMap(state, rootMap(state), 'products'), product);
  if (entry === undefined) return undefined;
  const text = (name: string) => {
    const node = entry.get(name, true);
    return isScalar<unknown>(node) && typeof node.value === 'string' ? node.value : '';
  };
  const tasks: unknown = (entry.toJSON() as { tasks?: unknown }).tasks;
  const [phase, version, last_release, last_activity] = names.map(text) as [string, string, string, string];
  const list = Array.isArray(tasks) ? { tasks: tasks.map(String) } : {};
  return { phase, version, last_release, last_activity, ...list };
}

/** Changes one product's entry; creates what is missing on the way to it. */
export function writeProduct(state: StateDocument, product: string, wanted: ProductState): void {
  const { document } = state;
  if (rootMap(state) === undefined) document.contents = document.createNode({});
  if (childMap(state, rootMap(state), 'products') === undefined) document.set('products', blockMap(document));
  const products = childMap(state, rootMap(state), 'products');
  if (childMap(state, products, product) === undefined) products?.set(product, blockMap(document));
  const entry = childMap(state, products, product);
  if (entry === undefined) throw state.fail(products, `the entry of ${product} can't be made`);
  for (const name of names) {
    const value = wanted[name];
    if (value !== undefined) setText(entry, name, value);
  }
  if (wanted.tasks !== undefined) setTasks(state, entry, wanted.tasks);
}

/** Puts Sluice's own tasks in the place of those that it wrote before; what people wrote stays, with its comments. */
function setTasks(state: StateDocument, entry: YAMLMap, tasks: readonly string[]): void {
  const { document } = state;
  const before: unknown = entry.get('tasks', true);
  if (before === undefined || isEmpty(before)) {
    entry.set('tasks', document.createNode([...tasks]));
    return;
  }
  if (!isSeq(before)) throw state.fail(before, 'tasks must be a list, written out here and not by an alias');
  const kept = before.items.filter((item) => !(isScalar(item) && isOwnTask(String(item.value))));
  before.items = [...kept, ...tasks.map((task) => document.createNode(task))];
  if (kept.length === 0 && tasks.length === 0) before.flow = true;
  else if (kept.length === 0) before.flow = false;
}

function setText(entry: YAMLMap, name: string, value: string): void {
  const before = entry.get(name, true);
  const node = isScalar(before) ? before : new Scalar(value);
  node.value = value;
  // Quoted, so that no reader takes a version or a time for a number or a date.
  node.type = name === 'phase' ? Scalar.PLAIN : Scalar.QUOTE_DOUBLE;
  if (node !== before) entry.set(name, node);
}

function blockMap(document: Document): YAMLMap {
  const map = document.createNode({}) as YAMLMap;
  map.flow = false;
  return map;
}

function rootMap(state: StateDocument): YAMLMap | undefined {
  const { contents } = state.document;
  if (contents === null || isEmpty(contents)) return undefined;
  if (!isMap(contents)) throw state.fail(contents, 'the file must be a mapping with the key products');
  return contents;
}

/** The mapping under a key, undefined where there is none; anything else there is the user's and is not overwritten. */
function childMap(state: StateDocument, map: YAMLMap | undefined, key: string): YAMLMap | undefined {
  const node: unknown = map?.get(key, true);
  if (node === undefined || isEmpty(node)) return undefined;
  if (isMap(node)) return node;
  throw state.fail(node, `${key} must be a mapping, written out here and not by an alias`);
}

const isEmpty = (node: unknown): boolean => isScalar(node) && (node.value === null || node.value === '');
