import { CommanderError, type Command } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { createIo } from './io.ts';
import { createProgram } from './program.ts';

/** Runs one command line. Never throws: every way it can end has its exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  const line = asOptions(args);
  const io = createIo(args.includes('--json'));
  let exitCode: number = exitCodes.done;
  try {
    const program = await createProgram(io, line, (code) => (exitCode = code));
    if (args[0] === 'complete' || args[0] === 'completion') {
      const { addCompletion } = await import('./commands/completion.ts');
      await addCompletion(program, args);
    }
    await program.parseAsync(knownOnly(line, program), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    if (error instanceof CommanderError) {
      return io.fail({
        code: 'invalid-input',
        message: error.message
          .replace(/^error: /, '')
          .replace(/\n\(Did you mean (.*)\?\)$/s, '; did you mean $1?'),
        exitCode: exitCodes.invalid,
      });
    }
    const { failureOf } = await import('./failure.ts');
    return io.fail(failureOf(error));
  }
}

/** `sluice help nonsense` is a wrong word like any other. */
function knownOnly(line: readonly string[], { commands }: Command): readonly string[] {
  const [first, word] = line;
  const wrong = first === 'help' && word !== undefined && !commands.some((each) => each.name() === word);
  return wrong ? [word] : line;
}

/** `sluice help start release` explains what `sluice start release --help` does; commander itself explains one word only. */
function asOptions(args: readonly string[]): readonly string[] {
  const [first, ...more] = args;
  return first === 'help' && more.length > 1 ? [...more, '--help'] : args;
}
