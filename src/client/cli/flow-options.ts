import { flagsOf, type FieldFlag } from '../../domain/flows/flags.ts';
import type { Flow } from '../../domain/flows/flow.ts';
import { flowNamed, flowNames, flowOf } from '../../domain/flows/registry.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { pad, wrap } from './render/text.ts';

/** Columns: those of the other lines of a help that goes nowhere wider. */
const helpWidth = 80;

/** The options of a flow's fields. */
export function optionsOf({ fields }: Pick<Flow, 'fields'>): OptionSpec[] {
  return flagsOf(fields).map(optionOf);
}

function optionOf({ name, usage, says, choices }: FieldFlag): OptionSpec {
  return {
    flags: usage,
    says: name === 'by' ? `${says} (default: SLUICE_USER, git, the system)` : says,
    ...(choices ? { choices } : {}),
  };
}

/**
 * `sluice start`, as the flow is that the command line names. The options of all others are taken as well, so that one of them can be
 * refused with the name of its flow; help does not show them.
 */
export function refineStart(args: readonly string[], common: readonly OptionSpec[]): Partial<CommandSpec> {
  const named = args
    .slice(args.indexOf('start') + 1)
    .map(flowNamed)
    .find((name) => name !== undefined);
  const flow = named && flowOf(named);
  const own = flow ? optionsOf(flow) : [];
  const others = flowNames
    .flatMap((name) => optionsOf(flowOf(name)))
    .map(({ flags, says = '' }): OptionSpec => ({ flags, says, hidden: true }));
  const options = firstOfEach([...own, ...common, ...others]);
  if (!flow) return { options, after: listOfFlows() };
  return {
    says: `${flow.title}: ${flow.when}`,
    usage: `${flow.word} [options]`,
    arguments: [{ usage: '[what...]' }],
    options,
    after: `docs/flows/${flow.word}.md says more.`,
  };
}

/** Several flows have options of one name. */
function firstOfEach(options: readonly OptionSpec[]): OptionSpec[] {
  const names = options.map(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? flags);
  return options.filter((_, index) => names.indexOf(names[index] ?? '') === index);
}

function listOfFlows(): string {
  const flows = flowNames.map(flowOf);
  const indent = Math.max(...flows.map(({ word }) => word.length)) + 4;
  const about = flows.flatMap(({ word, when }) =>
    wrap(when, helpWidth - indent).map((line, i) => pad(i === 0 ? `  ${word}` : '', indent) + line),
  );
  return ['Flows:', ...about, '', 'sluice help start FLOW explains the options of one.'].join('\n');
}
