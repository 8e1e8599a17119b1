import { LineCounter, parseDocument } from 'yaml';
import { explain, plainWords } from '../config/explain.ts';
import { positionOf, toPosition } from '../config/position.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { formatProblem } from '../config/problem.ts';
import type { Fault, Scenario } from './scenario-schema.ts';
import { scenarioSchema } from './scenario-schema.ts';

export type ParsedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Nothing goes wrong, and people approve after ten minutes. */
export const plainScenario: Scenario = scenarioSchema.parse({});

/** Characters; a real one has some hundred. */
const sizeLimit = 64 * 1024;

/**
 * Reads the text of a scenario: YAML, or JSON, which is YAML as well. Total: every text gives a scenario or all of its problems at once.
 * @param file how the problems name it
 */
export function parseScenario(text: string, file: string): ParsedScenario {
  const whole = (message: string): ParsedScenario => ({ ok: false, problems: [`${file}: ${message}`] });
  if (text.length > sizeLimit) return whole(`has ${text.length} characters; ${sizeLimit} are allowed`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0)
    return refuse(
      document.errors.slice(0, 5).map((error) => ({
        file,
        ...toPosition(lines, error.pos[0]),
        path: '',
        message: `not valid YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`,
      })),
    );
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 }) as unknown;
  } catch (error) {
    return whole(`can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (value === null || value === undefined) return { ok: true, scenario: plainScenario };
  const parsed = scenarioSchema.safeParse(value, { error: plainWords });
  if (parsed.success) return { ok: true, scenario: parsed.data };
  const problems = explain(parsed.error.issues).map(({ path, message, aboutKey = false }) => ({
    file,
    ...positionOf(document, lines, path, aboutKey),
    path: dotted(path),
    message,
  }));
  return refuse(problems.sort((a, b) => a.line - b.line || a.column - b.column));
}

const refuse = (problems: readonly ConfigProblem[]): ParsedScenario => ({
  ok: false,
  problems: problems.map(formatProblem),
});

/** A fault as it is written on a command line: `at=10%,health=fails`. */
export function parseFault(
  text: string,
):
  | { readonly ok: true; readonly fault: Fault }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const written = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => part.split('='));
  const unclear = written.filter((pair) => pair.length !== 2 || pair.some((word) => word.trim() === ''));
  if (written.length === 0 || unclear.length > 0)
    return {
      ok: false,
      problems: [
        `--fault ${JSON.stringify(text)}: write it like at=10%,health=fails or at=10%,metrics=gone,for=20m`,
      ],
    };
  const entries = written.map(([key = '', value = '']) => [key.trim(), plain(value.trim())]);
  const parsed = scenarioSchema.safeParse({ faults: [Object.fromEntries(entries)] }, { error: plainWords });
  const [fault] = parsed.data?.faults ?? [];
  if (fault) return { ok: true, fault };
  return {
    ok: false,
    problems: explain(parsed.error?.issues ?? []).map(
      ({ path, message }) =>
        `--fault ${JSON.stringify(text)}: ${[dotted(path.slice(2)), message].filter(Boolean).join(': ')}`,
    ),
  };
}

/** A whole number is one, as in a file. */
const plain = (word: string): string | number => (/^\d+$/.test(word) ? Number(word) : word);

function dotted(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
