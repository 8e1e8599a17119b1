import type { CommandGroup, OptionSpec } from '../command.ts';
import { count, duration } from '../option-values.ts';
import { start } from './start.ts';

const product: OptionSpec = { flags: '--product <name>', says: 'only those of this product' };

export const startAndSee: CommandGroup = {
  title: 'Start and see:',
  commands: [
    start,
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
      name: 'logs',
      says: 'what its workers logged and its commands printed, in order',
      arguments: [{ usage: '<run>' }],
      options: [
        {
          flags: '--step <step>',
          says: 'only of this step, such as staging.deploy, or of all below staging',
        },
        { flags: '--follow', says: 'go on until the run has ended' },
        { flags: '--directory <path>', says: 'where the state is kept (default: .sluice here or above)' },
      ],
      load: async () => (await import('../commands/logs.ts')).logs,
    },
    {
      name: 'history',
      says: 'the deployment history',
      options: [
        product,
        { flags: '--environment <name>', says: 'only those of this environment' },
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
