import type { CommandGroup } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const forPrograms: CommandGroup = {
  title: 'For programs and shells:',
  commands: [
    {
      name: 'schema',
      says: 'print a JSON Schema',
      arguments: [{ usage: '<what>' }],
      refine: async () => {
        const { schemaNames } = await import('../commands/schema.ts');
        return { arguments: [{ usage: '<what>', choices: schemaNames }] };
      },
      load: async () => (await import('../commands/schema.ts')).schema,
    },
    {
      name: 'completion',
      says: 'print the completion script of a shell',
      arguments: [{ usage: '<shell>', says: 'zsh, bash, fish or powershell' }],
      // Stands here for the help; when it is called, commands/completion.ts puts another one in its place.
      load: () => Promise.resolve(() => exitCodes.done),
    },
  ],
};
