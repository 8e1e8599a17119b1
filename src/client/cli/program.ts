import { readFileSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { rehearsedWords } from '../../domain/rehearsal/flows.ts';
import { outcomes } from '../../domain/run/status.ts';
import { parseDuration } from '../../domain/text/time.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { decisionCommands } from './decision-commands.ts';

/** What every command takes, besides its own options. */
export interface SharedOptions {
  readonly json?: true;
  readonly address?: string;
  readonly namespace?: string;
  readonly profile?: string;
}

type Options = SharedOptions & Record<string, unknown>;

/** A command: its words and options, given as parsed; its exit code. */
type Run = (io: Io, args: string[], options: never) => Promise<number> | number;

/** All commands with their help. What they do is imported when one is run, so that help costs next to nothing. */
export function createProgram(io: Io, onExit: (code: number) => void): Command {
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
    .option('--json', 'print exactly one JSON document')
    .action((_options, command: Command) => {
      const [unknown] = command.args;
      if (unknown === undefined) program.outputHelp();
      else (program as unknown as { unknownCommand(): void }).unknownCommand();
    })
    .allowExcessArguments()
    .addHelpText('after', afterHelp);

  const add = (parent: Command, usage: string, description: string, run: () => Promise<Run>): Command => {
    const command = parent.command(usage).description(description);
    command
      .allowExcessArguments(false)
      .option('--json', 'print exactly one JSON document')
      .addOption(new Option('--address <host:port>', 'the Temporal server (TEMPORAL_ADDRESS)').hideHelp())
      .addOption(new Option('--namespace <name>', "Temporal's namespace (TEMPORAL_NAMESPACE)").hideHelp())
      .addOption(
        new Option('--profile <name>', "of Temporal's client configuration (TEMPORAL_PROFILE)").hideHelp(),
      )
      .action(async (...given: unknown[]) => {
        const args = given
          .slice(0, -2)
          .flat()
          .filter((arg) => arg !== undefined) as string[];
        const execute = await run();
        onExit(await execute(io, args, command.opts<Options>() as never));
      });
    return command;
  };

  program.commandsGroup('Run Sluice:');
  add(
    program,
    'up',
    'the embedded mode: Temporal, its UI and one worker, here',
    async () => (await import('./commands/up.ts')).up,
  )
    .argument('[sluice.yaml...]', 'the products to serve (default: ./sluice.yaml)')
    .option('--directory <path>', 'where the state is kept', '.sluice')
    .option('--port <number>', "of Temporal's server", port)
    .option('--ui-port <number>', 'of the web UI', port)
    .option('--alerts <host:port>', "take Alertmanager's webhook there; SLUICE_ALERTS_TOKEN is asked for");
  add(
    program,
    'down',
    'stop the versions that sluice up has deployed here',
    async () => (await import('./commands/down.ts')).down,
  )
    .option('--product <name>', 'only those of this product')
    .option('--directory <path>', 'where the state is kept', '.sluice')
    .option('-y, --yes', 'do not ask');
  add(program, 'worker', 'one worker of a fleet', async () => (await import('./commands/worker.ts')).worker)
    .requiredOption(
      '--catalog <path>',
      'a directory with sluice.yaml files, or one: the policy that this worker trusts',
    )
    .option('--directory <path>', 'where clones, logs, backups and the ledger are kept', '.sluice')
    .addOption(
      new Option('--role <role>', 'what it takes on').choices(['all', 'flows', 'activities']).default('all'),
    )
    .option('--metrics <host:port>', "serve this worker's metrics there, for Prometheus")
    .option('--alerts <host:port>', "take Alertmanager's webhook there; SLUICE_ALERTS_TOKEN is asked for");
  add(
    program,
    'init',
    'write a first sluice.yaml',
    async () => (await import('./commands/init.ts')).init,
  ).argument('[directory]', 'of the product (default: here)');
  add(
    program,
    'doctor',
    'check every connection and say how to mend it',
    async () => (await import('./commands/doctor.ts')).doctor,
  ).argument('[sluice.yaml...]', 'the products to look at (default: ./sluice.yaml)');

  add(
    program,
    'demo',
    'the guided examples: real releases of a small shop',
    async () => (await import('./commands/demo.ts')).demo,
  )
    .addArgument(
      new Argument('[what]', 'which example')
        .choices(['release', 'rollout', 'blue-green'])
        .default('release'),
    )
    .option('-y, --yes', 'approve by itself')
    .option('--keep', 'leave the scratch directory behind');

  add(
    program,
    'rehearse',
    'what would happen with this configuration, and with these faults: days of it in seconds',
    async () => (await import('./commands/rehearse.ts')).rehearse,
  )
    .addArgument(new Argument('<flow>').choices(rehearsedWords))
    .option('--config <path>', 'a sluice.yaml, or a directory with such files', 'sluice.yaml')
    .option('--product <name>', 'where there are several')
    .option('--fault <fault>', 'such as at=10%,health=fails; may be given several times', several, [])
    .option('--scenario <file>', 'faults and people from a YAML or JSON file')
    .option('--approve-after <duration>', 'how long people take to approve, or never (default: 10m)')
    .addOption(new Option('--expect <outcome>', 'exit code 1 if it ends otherwise').choices([...outcomes]))
    .option('--markdown', 'print it as Markdown, for a comment or the summary of a CI job');

  program.commandsGroup('Start and see:');
  add(
    program,
    'start',
    'start a run, after showing what it would be',
    async () => (await import('./commands/start.ts')).start,
  )
    .argument('[what...]', '"Ship shop to production", or: release, rollout or blue-green --product shop')
    .option('--product <name>')
    .addOption(
      new Option('--bump <level>', 'how far the version goes').choices([
        'auto',
        'major',
        'minor',
        'patch',
        'prerelease',
      ]),
    )
    .option('--version <version>', 'exactly this version')
    .option('--preid <id>', 'of a pre-release, such as rc')
    .option('--ref <ref>', 'of blue-green: a branch, tag or commit (default: main)')
    .option('--input <json>', 'the whole input: a file, JSON, or - for stdin')
    .option('--by <name>', 'who asks for it')
    .option('--preview', 'only show what it would be')
    .option('-y, --yes', 'start without asking')
    .option('--wait', 'wait until it has ended')
    .option('--watch', 'watch it until it has ended');
  add(program, 'list', 'runs, newest first', async () => (await import('./commands/list.ts')).list)
    .option('--product <name>')
    .option('--open', 'only those that have not ended')
    .option('--limit <number>', 'at most so many', count, 20);
  add(
    program,
    'show [run]',
    'one run: phases, steps, what it waits for',
    async () => (await import('./commands/show.ts')).show,
  );
  add(
    program,
    'watch <run>',
    'the same, live, until it has ended',
    async () => (await import('./commands/watch.ts')).watch,
  );
  add(
    program,
    'wait <run>',
    'wait until it has ended',
    async () => (await import('./commands/wait.ts')).wait,
  ).option('--timeout <duration>', 'give up after, such as 30m', duration);
  add(
    program,
    'history',
    'the deployment history',
    async () => (await import('./commands/history.ts')).history,
  )
    .option('--product <name>')
    .option('--environment <name>')
    .option('--limit <number>', 'at most so many', count, 50)
    .addOption(
      new Option('--format <format>', 'how it is printed')
        .choices(['table', 'markdown', 'json'])
        .default('table'),
    );

  add(
    program,
    'report <run>',
    'what happened in a run, as one HTML file and as Markdown',
    async () => (await import('./commands/report.ts')).report,
  )
    .addOption(
      new Option('--format <format>', 'only this one, printed').choices(['html', 'markdown', 'json']),
    )
    .option('--output <file>', 'write it there; the format follows from .html, .md or .json');

  program.commandsGroup('Decide:');
  for (const decision of decisionCommands) {
    const run = decision.kind === 'rollback' ? '[run]' : '<run>';
    const command = add(program, `${decision.kind} ${run}`, decision.description, async () => {
      const { decide } = await import('./commands/decide.ts');
      return ((io_, args, options) => decide(decision, io_, args, options)) satisfies Run;
    });
    if (decision.argument)
      command.addArgument(new Argument(decision.argument.usage, decision.argument.description));
    command
      .option('--by <name>', 'who you are (default: SLUICE_USER, git, the system)')
      .option('--comment <text>', 'why');
    for (const [flags, description] of decision.options) command.option(flags, description);
    command.option('-y, --yes', 'do not ask');
  }

  program.commandsGroup('Releases by the clock:');
  addSchedule(program, add);

  program.commandsGroup('For programs and shells:');
  add(
    program,
    'schema',
    'print a JSON Schema',
    async () => (await import('./commands/schema.ts')).schema,
  ).addArgument(
    new Argument('<what>').choices([
      'config',
      'input',
      'rollback-input',
      'blue-green-input',
      'rollout-strategy',
      'message',
      'status',
      'result',
      'agent-task',
      'agent-result',
    ]),
  );
  program
    .command('completion')
    .argument('<shell>', 'zsh, bash, fish or powershell')
    .description('print the completion script of a shell')
    .action(() => onExit(exitCodes.done));
  program.helpCommand('help [command]', 'explain a command');
  return program;
}

function argumentTerm(argument: Argument): string {
  const word = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${word}>` : `[${word}]`;
}

function addSchedule(
  program: Command,
  add: (parent: Command, usage: string, description: string, run: () => Promise<Run>) => Command,
): void {
  const schedule = program
    .command('schedule')
    .description('create, list, pause, resume and delete release schedules');
  const load = () => import('./commands/schedule.ts');
  add(schedule, 'create', 'release a product regularly', async () => (await load()).createSchedule)
    .requiredOption('--product <name>')
    .option('--cron <line>', 'five fields, such as "30 6 * * TUE"')
    .option('--every <duration>', 'such as 7d', duration)
    .option('--at <time>', 'of the day, such as 06:30')
    .option('--on <days>', 'with --at: such as tue,thu or mon-fri')
    .option('--time-zone <zone>', "IANA, such as Europe/Vienna (default: this machine's)")
    .addOption(
      new Option('--overlap <policy>', 'when the release before is still going on')
        .choices(['skip', 'queue'])
        .default('skip'),
    )
    .option('--catch-up <duration>', 'how late a missed time may be made up for (default: 10m)', duration)
    .option('--name <name>', 'tells several schedules of a product apart')
    .addOption(new Option('--bump <level>').choices(['auto', 'major', 'minor', 'patch', 'prerelease']))
    .option('--preid <id>', 'of a pre-release, such as rc')
    .option('--by <name>', 'who asks for it');
  add(schedule, 'list', 'all schedules and their next times', async () => (await load()).listSchedules);
  add(schedule, 'pause <schedule>', 'start nothing for now', async () => (await load()).pauseSchedule).option(
    '--comment <text>',
    'why',
  );
  add(schedule, 'resume <schedule>', 'go on', async () => (await load()).resumeSchedule).option(
    '--comment <text>',
    'why',
  );
  add(
    schedule,
    'delete <schedule>',
    'end it; what it has started goes on',
    async () => (await load()).deleteSchedule,
  );
}

const afterHelp = `
A run may be named shortly: shop (its newest), shop/v1.4.0, release/shop/v1.4.0.
Exit codes: 0 done, 1 the run ended in anything but success, 2 invalid input, 3 no connection, 4 refused, 130 interrupted.`;

function packageVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function several(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    throw new InvalidArgumentError('It must be a whole number from 1 to 10000.');
  return number;
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new InvalidArgumentError('It must be a port from 1 to 65535.');
  return number;
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write it like 30s, 10m, 2h or 7d.');
  return ms;
}
