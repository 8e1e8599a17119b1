import type { CommandGroup, CommandSpec } from '../command.ts';
import { decisionCommands, type DecisionCommand } from '../decision-commands.ts';

export const decide: CommandGroup = {
  title: 'Decide:',
  commands: decisionCommands.map(commandOf),
};

function commandOf(decision: DecisionCommand): CommandSpec {
  return {
    name: decision.kind,
    says: decision.says,
    arguments: [
      // A rollback outside any run names a product instead.
      { usage: decision.kind === 'rollback' ? '[run]' : '<run>' },
      ...(decision.argument ? [decision.argument] : []),
    ],
    options: [
      { flags: '--by <name>', says: 'who you are (default: SLUICE_USER, git, the system)' },
      { flags: '--comment <text>', says: 'why' },
      ...decision.options,
      { flags: '-y, --yes', says: 'do not ask' },
    ],
    load: async () => {
      const { decide: carryOut } = await import('../commands/decide.ts');
      return (io, args, options) => carryOut(decision, io, args, options);
    },
  };
}
