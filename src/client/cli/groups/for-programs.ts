import { flowWords } from '../../../domain/flows/registry.ts';
import type { CommandGroup } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const forPrograms: CommandGroup = {
  title: 'For programs and shells:',
  commands: [
    {
      name: 'schema',
      says: 'print a JSON Schema',
      arguments: [
        {
          usage: '<what>',
          choices: [
            'config',
            'input',
            ...flowWords.map((word) => `${word}-input`),
            'rollout-strategy',
            'message',
            'status',
            'result',
            'agent-task',
            'agent-result',
          ],
        },
      ],
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
