import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { createIo } from './io.ts';
import { createProgram } from './program.ts';

/** Runs one command line. Never throws: every way it can end has its exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  const io = createIo(args.includes('--json'));
  let exitCode: number = exitCodes.done;
  try {
    const program = await createProgram(io, args, (code) => (exitCode = code));
    if (args[0] === 'complete' || args[0] === 'completion') {
      const { addCompletion } = await import('./commands/completion.ts');
      await addCompletion(program, args);
    }
    await program.parseAsync(args, { from: 'user' });
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
