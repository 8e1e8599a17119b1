import type { FlowName } from '../../../domain/flows/registry.ts';
import type { CommandGroup, CommandSpec, OptionSpec } from '../command.ts';
import { decisionCommands, type DecisionCommand } from '../decision-commands.ts';

export const decide: CommandGroup = {
  title: 'Decide:',
  commands: decisionCommands.map(commandOf),
};

function commandOf(decision: DecisionCommand): CommandSpec {
  const { kind, says, argument, outsideRuns } = decision;
  const options: readonly OptionSpec[] = [
    { flags: '--by <name>', says: 'who you are (default: SLUICE_USER, git, the system)' },
    { flags: '--comment <text>', says: 'why' },
    ...decision.options,
    { flags: '-y, --yes', says: 'do not ask' },
  ];
  return {
    name: kind,
    says,
    arguments: [{ usage: outsideRuns ? '[run]' : '<run>' }, ...(argument ? [argument] : [])],
    options,
    ...(outsideRuns
      ? { refine: async () => ({ options: [...options, ...(await startingOptions(outsideRuns, options))] }) }
      : {}),
    load: async () => {
      const { decide: carryOut } = await import('../commands/decide.ts');
      return (io, args, given) => carryOut(decision, io, args, given);
    },
  };
}

/** The options of a flow that a decision starts outside any run, but for those that it has itself. */
async function startingOptions(flow: FlowName, own: readonly OptionSpec[]): Promise<OptionSpec[]> {
  const [{ flowOf }, { optionsOf }] = await Promise.all([
    import('../../../domain/flows/registry.ts'),
    import('../flow-options.ts'),
  ]);
  return optionsOf(flowOf(flow))
    .filter(({ flags }) => !own.some((option) => option.flags === flags))
    .map((option) => ({ ...option, says: `outside any run: ${option.says ?? ''}` }));
}
