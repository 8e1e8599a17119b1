import { readFileSync } from 'node:fs';
import { Argument, Command, Option } from 'commander';
import type { ArgumentSpec, CommandFamily, CommandSpec, OptionSpec } from './command.ts';
import { byTheClock } from './groups/by-the-clock.ts';
import { decide } from './groups/decide.ts';
import { forPrograms } from './groups/for-programs.ts';
import { runSluice } from './groups/run-sluice.ts';
import { startAndSee } from './groups/start-and-see.ts';
import { withoutServer } from './groups/without-server.ts';
import type { Io } from './io.ts';

/** All commands, in the order of the help. */
const groups = [runSluice, startAndSee, withoutServer, decide, byTheClock, forPrograms];

const json: OptionSpec = { flags: '--json', says: 'print exactly one JSON document' };
/** What every command takes: `SharedOptions`. */
const shared: readonly OptionSpec[] = [
  json,
  { flags: '--address <host:port>', says: 'the Temporal server (TEMPORAL_ADDRESS)', hidden: true },
  { flags: '--namespace <name>', says: "Temporal's namespace (TEMPORAL_NAMESPACE)", hidden: true },
  {
    flags: '--profile <name>',
    says: "of Temporal's client configuration (TEMPORAL_PROFILE)",
    hidden: true,
  },
];

const afterHelp = `
A run may be named shortly: shop (its newest), shop/v1.4.0, release/shop/v1.4.0.
Exit codes: 0 done, 1 the run ended in anything but success, 2 invalid input, 3 no connection, 4 refused, 130 interrupted.`;

/** All commands with their help. What they do is imported when one is run, so that help costs next to nothing. */
export async function createProgram(
  io: Io,
  args: readonly string[],
  onExit: (code: number) => void,
): Promise<Command> {
  const program = new Command('sluice');
  program
    .description('Durable orchestration for getting software changes into production.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined })
    .configureHelp({
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })
    .addOption(option(json))
    .action((_options, command: Command) => {
      const [unknown] = command.args;
      if (unknown === undefined) program.outputHelp();
      else (program as unknown as { unknownCommand(): void }).unknownCommand();
    })
    .allowExcessArguments()
    .addHelpText('after', afterHelp);
  const run: Runner = async (spec, given, options) =>
    onExit(await (await spec.load())(io, given, options as never));
  for (const { title, commands } of groups) {
    program.commandsGroup(title);
    for (const each of commands) add(program, await refined(each, args), run);
  }
  program.helpCommand('help [command]', 'explain a command');
  return program;
}

/** With what is looked up for it, where the command line is about it. */
async function refined(
  spec: CommandSpec | CommandFamily,
  args: readonly string[],
): Promise<CommandSpec | CommandFamily> {
  if ('commands' in spec || !spec.refine) return spec;
  const wanted = args.includes(spec.name) || args[0] === 'complete';
  return wanted ? { ...spec, ...(await spec.refine(args)) } : spec;
}

type Runner = (spec: CommandSpec, args: string[], options: object) => Promise<void>;

function add(parent: Command, spec: CommandSpec | CommandFamily, run: Runner): void {
  const command = parent.command(spec.name).description(spec.says);
  if ('commands' in spec) {
    for (const each of spec.commands) add(command, each, run);
    const words = spec.commands.map(({ name }) => name);
    command.allowExcessArguments().action((_options, own: Command) => {
      if (own.args.length > 0) (own as unknown as { unknownCommand(): void }).unknownCommand();
      own.error(`say what: sluice ${spec.name} ${words.join(', ')}`);
    });
    return;
  }
  command.allowExcessArguments(false);
  if (spec.usage !== undefined) command.usage(spec.usage);
  if (spec.after !== undefined) command.addHelpText('after', `\n${spec.after}`);
  for (const each of spec.arguments ?? []) command.addArgument(argument(each));
  const [jsonOption, ...connection] = shared;
  for (const each of [...(jsonOption ? [jsonOption] : []), ...(spec.options ?? []), ...connection])
    command.addOption(option(each));
  command.action(async (...given: unknown[]) => {
    // Commander gives the arguments, then the options and the command itself.
    const args = given
      .slice(0, -2)
      .flat()
      .filter((arg) => arg !== undefined) as string[];
    await run(spec, args, command.opts());
  });
}

function option({ flags, says, choices, default: value, required, hidden, parse }: OptionSpec): Option {
  const made = new Option(flags, says);
  if (choices) made.choices(choices);
  if (value !== undefined) made.default(value);
  if (parse) made.argParser(parse);
  if (required) made.makeOptionMandatory();
  if (hidden) made.hideHelp();
  return made;
}

function argument({ usage, says, choices, default: value }: ArgumentSpec): Argument {
  const made = new Argument(usage, says);
  if (choices) made.choices(choices);
  if (value !== undefined) made.default(value);
  return made;
}

function argumentTerm(term: Argument): string {
  const word = `${term.name()}${term.variadic ? '...' : ''}`;
  return term.required ? `<${word}>` : `[${word}]`;
}

function packageVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
