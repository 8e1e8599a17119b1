import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import { digestOf } from '../text/digest.ts';
import { explain, plainWords } from './explain.ts';
import { positionOf, toPosition } from './position.ts';
import type { ConfigProblem } from './problem.ts';
import { productSchema, type ProductConfig } from './schema.ts';

export type ParsedConfig =
  | { readonly ok: true; readonly config: ProductConfig; readonly digest: string }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Characters; a real one has a few thousand. */
const sizeLimit = 256 * 1024;
const aliasLimit = 100;
/** Syntax errors follow from each other: the first ones are enough. */
const syntaxErrorLimit = 10;

/**
 * Reads the text of a `sluice.yaml`. Total: every text gives a configuration or all of its problems at once.
 * @param file how the problems name it.
 */
export function parseProductConfig(text: string, file: string): ParsedConfig {
  const whole = (message: string): ParsedConfig => ({
    ok: false,
    problems: [{ file, line: 1, column: 1, path: '', message }],
  });
  if (text.length > sizeLimit) return whole(`has ${text.length} characters; ${sizeLimit} are allowed`);
  if (/[\0\uFFFD]/.test(text)) return whole('is not UTF-8 text: save it in the encoding UTF-8');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    merge: true,
  });
  const syntax = syntaxProblems(document.errors);
  if (syntax.some(({ fatal }) => fatal)) return { ok: false, problems: syntax.map(locate) };
  const loaded = load(() => document.toJS({ maxAliasCount: aliasLimit }) as unknown);
  if (!loaded.ok) return whole(loaded.reason);
  if (loaded.value === null || loaded.value === undefined)
    return whole('is empty: sluice init writes a first one');
  if (typeof loaded.value !== 'object' || Array.isArray(loaded.value)) {
    return whole(
      `must be a mapping of keys such as "product: shop", it is ${Array.isArray(loaded.value) ? 'a list' : 'one single value'}`,
    );
  }
  const parsed = productSchema.safeParse(loaded.value, { error: plainWords });
  if (parsed.success && syntax.length === 0)
    return { ok: true, config: parsed.data, digest: digestOf(parsed.data) };
  const invalid = explain(parsed.error?.issues ?? []).map(({ path, message, aboutKey = false }) => ({
    file,
    ...positionOf(document, lines, path, aboutKey),
    path: dotted(path),
    message,
  }));
  const problems = [...syntax.map(locate), ...invalid];
  return { ok: false, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };

  function locate({ offset, message }: SyntaxProblem): ConfigProblem {
    return { file, ...toPosition(lines, offset), path: '', message };
  }
}

interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
  /** The rest can't be trusted. A key that is there twice leaves the rest readable. */
  readonly fatal: boolean;
}

function syntaxProblems(errors: readonly YAMLError[]): SyntaxProblem[] {
  const bomb = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  return (bomb ? [bomb] : errors.slice(0, syntaxErrorLimit)).map((error) => ({
    offset: error.pos[0],
    message: syntaxMessage(error),
    fatal: error.code !== 'DUPLICATE_KEY',
  }));
}

function syntaxMessage({ code, message }: YAMLError): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'this key is already there above: keep one of them';
    case 'TAB_AS_INDENT':
      return 'a tab is not allowed as indentation: use spaces';
    case 'MULTIPLE_DOCS':
      return 'a second document starts here (---): one file describes one product';
    case 'RESOURCE_EXHAUSTION':
      return 'is nested too deeply';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'not valid YAML: a mapping can\'t start here; a text with ": " in it needs quotes';
    default:
      return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
}

function load(
  toValue: () => unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, value: toValue() };
  } catch (error) {
    if (error instanceof ReferenceError && /alias count/i.test(error.message)) {
      return {
        ok: false,
        reason: `its aliases unfold to too much (more than ${aliasLimit}): write the values out`,
      };
    }
    return {
      ok: false,
      reason: `not valid YAML: ${error instanceof RangeError ? 'it is nested too deeply' : error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function dotted(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
