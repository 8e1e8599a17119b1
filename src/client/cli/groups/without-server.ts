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

const preview: CommandFamily = {
  name: 'preview',
  says: 'what the next release of a repository would be',
  commands: [
    {
      name: 'release',
      says: 'its version, the reasons, changes, breaking changes and warnings',
      options: [
        repository,
        { flags: '--ref <ref>', says: 'a branch, tag or commit (default: what is checked out)' },
        tagPrefix,
        {
          flags: '--bump <level>',
          says: 'how far the version goes',
          choices: ['auto', 'major', 'minor', 'patch', 'prerelease'],
        },
        { flags: '--preid <id>', says: 'of a pre-release, such as rc' },
        markdown,
      ],
      load: async () => (await import('../commands/preview.ts')).previewRelease,
    },
  ],
};

/** What a repository alone tells. */
export const withoutServer: CommandGroup = {
  title: 'Without any server:',
  commands: [preview, backtest],
};
