import type { CommandSpec, OptionSpec } from '../command.ts';

/** What every flow's start takes, beside the flow's own options. */
const common: readonly OptionSpec[] = [
  { flags: '--input <json>', says: 'the whole input: a file, JSON, or - for stdin' },
  { flags: '--preview', says: 'only show what it would be' },
  { flags: '-y, --yes', says: 'start without asking' },
  { flags: '--wait', says: 'wait until it has ended' },
  { flags: '--watch', says: 'watch it until it has ended' },
];

export const start: CommandSpec = {
  name: 'start',
  says: 'start a run, after showing what it would be',
  arguments: [
    {
      usage: '[what...]',
      says: '"Ship shop to production", or a flow and its options: release --product shop',
    },
  ],
  options: common,
  refine: async (args) => (await import('../flow-options.ts')).refineStart(args, common),
  load: async () => (await import('../commands/start.ts')).start,
};
