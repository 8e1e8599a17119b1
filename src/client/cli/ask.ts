import type { RollbackCause } from '../../domain/rollback/cause.ts';

/** Why a version is taken back: what it needs afterwards depends on it. */
export async function askCause(): Promise<RollbackCause> {
  const { select } = await import('@inquirer/prompts');
  return select<RollbackCause>(
    {
      message: 'Why?',
      choices: [
        { value: 'fault', name: 'the version is bad: it needs a fix' },
        { value: 'decision', name: 'a decision: nothing is wrong with it' },
      ],
    },
    { output: process.stderr },
  );
}

/** A line of text; empty where there is nothing to say. */
export async function askText(message: string): Promise<string> {
  const { input } = await import('@inquirer/prompts');
  return (await input({ message }, { output: process.stderr })).trim();
}

/** A question to the person at the terminal, on stderr; no is the answer to just Enter. */
export async function confirm(message: string): Promise<boolean> {
  const { confirm: ask } = await import('@inquirer/prompts');
  return ask({ message, default: false }, { output: process.stderr });
}
