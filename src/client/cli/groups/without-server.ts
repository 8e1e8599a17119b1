import type { CommandFamily, CommandGroup, OptionSpec } from '../command.ts';

const repository: OptionSpec = {
  flags: '--repository <path>',
  says: 'a checkout or a bare repository',
  default: '.',
};
const tagPrefix: OptionSpec = {
  flags: '--tag-prefix <prefix>',
  says: 'what its version tags begin with (default: as sluice.yaml says, or as found)',
};
const markdown: OptionSpec = {
  flags: '--markdown',
  says: 'print it as Markdown, for a comment or the summary of a CI job',
};

const backtest: CommandFamily = {
  name: 'backtest',
  says: 'what the rules would have made of the past',
  commands: [
    {
      name: 'versions',
      says: 'what Sluice would have called each past release, beside what was published',
      options: [
        repository,
        tagPrefix,
        { flags: '--all', says: 'show every release, also those that agree' },
        markdown,
      ],
      after: 'docs/backtest.md says how a past release is judged.',
      load: async () => (await import('../commands/backtest.ts')).backtestVersions,
    },
  ],
};

/** What a repository alone tells. */
export const withoutServer: CommandGroup = {
  title: 'Without any server:',
  commands: [backtest],
};
