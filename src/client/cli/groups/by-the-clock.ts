import type { CommandGroup } from '../command.ts';
import { duration } from '../option-values.ts';

const load = () => import('../commands/schedule.ts');
const comment = { flags: '--comment <text>', says: 'why' };
const schedule = { usage: '<schedule>' };

export const byTheClock: CommandGroup = {
  title: 'Releases by the clock:',
  commands: [
    {
      name: 'schedule',
      says: 'create, list, pause, resume and delete release schedules',
      commands: [
        {
          name: 'create',
          says: 'release a product regularly',
          options: [
            { flags: '--product <name>', says: 'what to release', required: true },
            { flags: '--cron <line>', says: 'five fields, such as "30 6 * * TUE"' },
            { flags: '--every <duration>', says: 'such as 7d', parse: duration },
            { flags: '--at <time>', says: 'of the day, such as 06:30' },
            { flags: '--on <days>', says: 'with --at: such as tue,thu or mon-fri' },
            {
              flags: '--time-zone <zone>',
              says: "IANA, such as Europe/Vienna (default: this machine's)",
            },
            {
              flags: '--overlap <policy>',
              says: 'when the release before is still going on',
              choices: ['skip', 'queue'],
              default: 'skip',
            },
            {
              flags: '--catch-up <duration>',
              says: 'how late a missed time may be made up for (default: 10m)',
              parse: duration,
            },
            { flags: '--name <name>', says: 'tells several schedules of a product apart' },
            {
              flags: '--bump <level>',
              says: 'how far the version goes',
              choices: ['auto', 'major', 'minor', 'patch', 'prerelease'],
            },
            { flags: '--preid <id>', says: 'of a pre-release, such as rc' },
            { flags: '--by <name>', says: 'who asks for it' },
          ],
          load: async () => (await load()).createSchedule,
        },
        {
          name: 'list',
          says: 'all schedules and their next times',
          load: async () => (await load()).listSchedules,
        },
        {
          name: 'pause',
          says: 'start nothing for now',
          arguments: [schedule],
          options: [comment],
          load: async () => (await load()).pauseSchedule,
        },
        {
          name: 'resume',
          says: 'go on',
          arguments: [schedule],
          options: [comment],
          load: async () => (await load()).resumeSchedule,
        },
        {
          name: 'delete',
          says: 'end it; what it has started goes on',
          arguments: [schedule],
          load: async () => (await load()).deleteSchedule,
        },
      ],
    },
  ],
};
