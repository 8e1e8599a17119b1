import { readFile, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { ConfigProblem } from '../../domain/config/problem.ts';
import { formatProblem } from '../../domain/config/problem.ts';
import { parseProductConfig } from '../../domain/config/parse.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { InvalidInput } from '../errors.ts';

export interface ConfigFile {
  readonly file: string;
  readonly config: ProductConfig;
}

export type ReadConfig =
  | { readonly ok: true; readonly file: string; readonly config: ProductConfig }
  | { readonly ok: false; readonly file: string; readonly problems: readonly string[] };

const defaultFile = 'sluice.yaml';

/**
 * The configuration files of a command: those that were named, else `./sluice.yaml`.
 * @throws InvalidInput with the problems of all of them.
 */
export async function loadConfigFiles(files: readonly string[]): Promise<ConfigFile[]> {
  const read = await Promise.all((files.length > 0 ? files : [defaultFile]).map(readConfig));
  const problems = read.flatMap((result) => (result.ok ? [] : result.problems));
  const owners = new Map<string, string>();
  for (const result of read) {
    if (!result.ok) continue;
    const other = owners.get(result.config.product);
    if (other !== undefined)
      problems.push(`${result.file}: the product ${result.config.product} is already described by ${other}`);
    owners.set(result.config.product, result.file);
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return read.filter((result) => result.ok);
}

/** One of them, with its problems as lines that name file, line and field. */
export async function readConfig(path: string): Promise<ReadConfig> {
  const file = (await stat(path).catch(() => undefined))?.isDirectory()
    ? resolve(path, defaultFile)
    : resolve(path);
  const shown = relative(process.cwd(), file) || file;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT'
        ? 'is not there: sluice init writes a first one'
        : `can't be read (${code ?? String(error)})`;
    return { ok: false, file, problems: [`${shown} ${why}`] };
  }
  const parsed = parseProductConfig(text, shown);
  return parsed.ok
    ? { ok: true, file, config: parsed.config }
    : { ok: false, file, problems: parsed.problems.map((problem: ConfigProblem) => formatProblem(problem)) };
}
