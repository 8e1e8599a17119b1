import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { flowNames, flowOf } from '../../../domain/flows/registry.ts';
import { shortNameOf } from '../../../domain/flows/run-names.ts';
import { connect } from '../../connect.ts';

/** Milliseconds: whoever presses Tab does not wait. */
const patience = 700;

/** Adds `sluice completion <shell>` and what its script calls. Runs and products are completed where a server answers at once. */
export async function addCompletion(program: Command, args: readonly string[]): Promise<void> {
  const listed = program.commands.findIndex((command) => command.name() === 'completion');
  if (listed >= 0) (program.commands as Command[]).splice(listed, 1);
  const root = tab(program, { completionCommandName: 'completion' });
  if (args[0] !== 'complete') return;
  root.commands.get('start')?.argument('what', (complete) => {
    for (const name of flowNames) complete(flowOf(name).word, flowOf(name).when);
  });
  const runs = await runsNow();
  for (const [name, command] of commandsOf(program)) {
    const completed = root.commands.get(name);
    if (command.registeredArguments.some((argument) => argument.name() === 'run')) {
      completed?.argument('run', (complete) => {
        for (const { run, about } of runs) complete(shortNameOf(run), about);
      });
    }
    const product = command.options.find(({ long }) => long === '--product');
    if (product) {
      completed?.option('product', product.description, (complete) => {
        for (const known of new Set(runs.map((run) => run.product))) complete(known, '');
      });
    }
  }
}

/** All commands by their words: `list`, `schedule create`. */
function commandsOf(parent: Command, before = ''): [string, Command][] {
  return parent.commands.flatMap((command) => {
    const name = `${before}${command.name()}`;
    return [[name, command], ...commandsOf(command, `${name} `)];
  });
}

async function runsNow(): Promise<{ run: string; product: string; about: string }[]> {
  try {
    const sluice = await connect({ timeout: patience });
    try {
      const runs = await sluice.list({ limit: 50 });
      return runs.map(({ run, product, outcome, state, waitingFor }) => ({
        run,
        product,
        about: outcome ?? waitingFor ?? state,
      }));
    } finally {
      await sluice.close();
    }
  } catch {
    // No server: nothing to complete, which is no error to somebody who pressed Tab.
    return [];
  }
}
