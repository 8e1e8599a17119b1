import { access } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import { startPlaceholder } from '../../../domain/projects/first-config.ts';
import type { Check } from './check.ts';

interface Command {
  /** Where the configuration has it, such as `checks.unit`. */
  readonly where: string;
  readonly run: string;
  readonly directory: string | undefined;
}

/** The programs that the configured commands begin with, and the scripts that are handed to an interpreter. */
export async function checkCommands(root: string, config: ProductConfig): Promise<Check[]> {
  const source = resolve(root, config.repository.path ?? '.');
  const commands = commandsOf(config);
  const missing = (await Promise.all(commands.map((command) => missingOf(command, source)))).flat();
  if (missing.length === 0)
    return [{ level: 'ok', what: 'commands', says: `${commands.length} found`, about: 'configuration' }];
  return [
    {
      level: missing.some(({ level }) => level === 'fail') ? 'fail' : 'warn',
      what: 'commands',
      says: missing.map(({ says }) => says).join('\n'),
      mend: 'install it on this host, commit the file, or correct the command',
      about: 'configuration',
    },
  ];
}

async function missingOf(
  { where, run, directory = '.' }: Command,
  source: string,
): Promise<{ readonly level: 'warn' | 'fail'; readonly says: string }[]> {
  const words = wordsOf(run);
  const [program] = words;
  if (program === undefined) return [];
  if (program === startPlaceholder)
    return [{ level: 'fail', says: `${where}: say what it is to run, instead of ${startPlaceholder}` }];
  const at = resolve(source, directory);
  if (!(await isProgram(program, at))) return [{ level: 'warn', says: `${where}: ${program} is not there` }];
  const script = scriptOf(words);
  return script === undefined || (await isThere(resolve(at, script)))
    ? []
    : [{ level: 'warn', says: `${where}: ${script} is not there` }];
}

function commandsOf({ checks, environments, agents }: ProductConfig): Command[] {
  const found: Command[] = [];
  const add = (
    where: string,
    command: { readonly run: string; readonly directory?: string | undefined } | undefined,
  ): void => void (command && found.push({ where, run: command.run, directory: command.directory }));
  for (const [name, check] of Object.entries(checks)) add(`checks.${name}`, check);
  const { trio = {}, juniors = {}, ...roles } = agents;
  for (const [name, agent] of Object.entries(roles)) add(`agents.${name}`, agent?.command);
  for (const [name, agent] of Object.entries(trio)) add(`agents.trio.${name}`, agent.command);
  for (const [name, agent] of Object.entries(juniors)) add(`agents.juniors.${name}`, agent.command);
  for (const [name, { process, script, smoke = [], database }] of Object.entries(environments)) {
    const at = `environments.${name}`;
    // What install makes is not in the repository.
    if (process && (!process.install || !/^(exec\s+)?[\w.-]*\//.test(process.start)))
      add(`${at}.process.start`, { run: process.start });
    add(`${at}.process.install`, process?.install);
    for (const [key, command] of Object.entries(script ?? {})) add(`${at}.script.${key}`, command);
    for (const command of smoke) add(`${at}.smoke`, command);
    for (const [key, value] of Object.entries(database ?? {}))
      if (typeof value === 'object' && 'run' in value) add(`${at}.database.${key}`, value);
  }
  return found;
}

/** The plain words that a shell line begins with; none where its first word is not plainly a program. */
function wordsOf(line: string): string[] {
  const words = line
    .trim()
    .replace(/^exec\s+/, '')
    .split(/\s+/);
  const [program = ''] = words;
  return /^[\w./@+-]+$/.test(program) &&
    !/^(cd|set|if|for|while|test|export|source|\.|true|false|echo|exit|trap|eval|ulimit|umask|wait|command|printf|read|sleep)$/.test(
      program,
    )
    ? words
    : [];
}

/** `node server.js`: the first word after the interpreter, where that is plainly a file of the repository. */
function scriptOf([program = '', file = '']: readonly string[]): string | undefined {
  return /^(node|python[\d.]*|ruby|bash|sh|deno|bun)$/.test(program) && /^[\w.][\w./-]*\.\w+$/.test(file)
    ? file
    : undefined;
}

/** Whether a shell would find it: on the PATH, or as a path from the directory. */
export async function isProgram(program: string, directory: string): Promise<boolean> {
  const candidates = program.includes('/')
    ? [resolve(directory, program)]
    : (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, program));
  return (await Promise.all(candidates.map(isThere))).includes(true);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
