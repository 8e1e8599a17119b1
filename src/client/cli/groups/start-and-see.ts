import type { CommandGroup, OptionSpec } from '../command.ts';
import { count, duration } from '../option-values.ts';

const product: OptionSpec = { flags: '--product <name>' };

export const startAndSee: CommandGroup = {
  title: 'Start and see:',
  commands: [
    {
      name: 'start',
      says: 'start a run, after showing what it would be',
      arguments: [
        {
          usage: '[what...]',
          says: '"Ship shop to production", or: release, rollout or blue-green --product shop',
        },
      ],
      options: [
        product,
        {
          flags: '--bump <level>',
          says: 'how far the version goes',
          choices: ['auto', 'major', 'minor', 'patch', 'prerelease'],
        },
        { flags: '--version <version>', says: 'exactly this version' },
        { flags: '--preid <id>', says: 'of a pre-release, such as rc' },
        { flags: '--ref <ref>', says: 'of blue-green: a branch, tag or commit (default: main)' },
        { flags: '--input <json>', says: 'the whole input: a file, JSON, or - for stdin' },
        { flags: '--by <name>', says: 'who asks for it' },
        { flags: '--preview', says: 'only show what it would be' },
        { flags: '-y, --yes', says: 'start without asking' },
        { flags: '--wait', says: 'wait until it has ended' },
        { flags: '--watch', says: 'watch it until it has ended' },
      ],
      load: async () => (await import('../commands/start.ts')).start,
    },
    {
      name: 'list',
      says: 'runs, newest first',
      options: [
        product,
        { flags: '--open', says: 'only those that have not ended' },
        { flags: '--limit <number>', says: 'at most so many', default: 20, parse: count },
      ],
      load: async () => (await import('../commands/list.ts')).list,
    },
    {
      name: 'show',
      says: 'one run: phases, steps, what it waits for',
      arguments: [{ usage: '[run]' }],
      load: async () => (await import('../commands/show.ts')).show,
    },
    {
      name: 'watch',
      says: 'the same, live, until it has ended',
      arguments: [{ usage: '<run>' }],
      load: async () => (await import('../commands/watch.ts')).watch,
    },
    {
      name: 'wait',
      says: 'wait until it has ended',
      arguments: [{ usage: '<run>' }],
      options: [{ flags: '--timeout <duration>', says: 'give up after, such as 30m', parse: duration }],
      load: async () => (await import('../commands/wait.ts')).wait,
    },
    {
      name: 'history',
      says: 'the deployment history',
      options: [
        product,
        { flags: '--environment <name>' },
        { flags: '--limit <number>', says: 'at most so many', default: 50, parse: count },
        {
          flags: '--format <format>',
          says: 'how it is printed',
          choices: ['table', 'markdown', 'json'],
          default: 'table',
        },
      ],
      load: async () => (await import('../commands/history.ts')).history,
    },
    {
      name: 'report',
      says: 'what happened in a run, as one HTML file and as Markdown',
      arguments: [{ usage: '<run>' }],
      options: [
        {
          flags: '--format <format>',
          says: 'only this one, printed',
          choices: ['html', 'markdown', 'json'],
        },
        {
          flags: '--output <file>',
          says: 'write it there; the format follows from .html, .md or .json',
        },
      ],
      load: async () => (await import('../commands/report.ts')).report,
    },
  ],
};
