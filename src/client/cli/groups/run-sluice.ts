import { outcomes } from '../../../domain/run/status.ts';
import type { CommandGroup, OptionSpec } from '../command.ts';
import { port, several } from '../option-values.ts';

const alerts: OptionSpec = {
  flags: '--alerts <host:port>',
  says: "take Alertmanager's webhook there; SLUICE_ALERTS_TOKEN is asked for",
};
const yes: OptionSpec = { flags: '-y, --yes', says: 'do not ask' };

export const runSluice: CommandGroup = {
  title: 'Run Sluice:',
  commands: [
    {
      name: 'up',
      says: 'the embedded mode: Temporal, its UI and one worker, here',
      arguments: [{ usage: '[sluice.yaml...]', says: 'the products to serve (default: ./sluice.yaml)' }],
      options: [
        { flags: '--directory <path>', says: 'where the state is kept', default: '.sluice' },
        { flags: '--port <number>', says: "of Temporal's server", parse: port },
        { flags: '--ui-port <number>', says: 'of the web UI', parse: port },
        alerts,
      ],
      load: async () => (await import('../commands/up.ts')).up,
    },
    {
      name: 'down',
      says: 'stop the versions that sluice up has deployed here',
      options: [
        { flags: '--product <name>', says: 'only those of this product' },
        { flags: '--directory <path>', says: 'where the state is kept', default: '.sluice' },
        yes,
      ],
      load: async () => (await import('../commands/down.ts')).down,
    },
    {
      name: 'worker',
      says: 'one worker of a fleet',
      options: [
        {
          flags: '--catalog <path>',
          says: 'a directory with sluice.yaml files, or one: the policy that this worker trusts',
          required: true,
        },
        {
          flags: '--directory <path>',
          says: 'where clones, logs, backups and the ledger are kept',
          default: '.sluice',
        },
        {
          flags: '--role <role>',
          says: 'what it takes on',
          choices: ['all', 'flows', 'activities'],
          default: 'all',
        },
        { flags: '--metrics <host:port>', says: "serve this worker's metrics there, for Prometheus" },
        alerts,
      ],
      load: async () => (await import('../commands/worker.ts')).worker,
    },
    {
      name: 'init',
      says: 'write a first sluice.yaml',
      arguments: [{ usage: '[directory]', says: 'of the product (default: here)' }],
      load: async () => (await import('../commands/init.ts')).init,
    },
    {
      name: 'doctor',
      says: 'check every connection and say how to mend it',
      arguments: [{ usage: '[sluice.yaml...]', says: 'the products to look at (default: ./sluice.yaml)' }],
      load: async () => (await import('../commands/doctor.ts')).doctor,
    },
    {
      name: 'demo',
      says: 'the guided examples: real releases of a small shop',
      arguments: [
        {
          usage: '[what]',
          says: 'which example',
          choices: ['release', 'rollout', 'blue-green'],
          default: 'release',
        },
      ],
      options: [
        { flags: '-y, --yes', says: 'approve by itself' },
        { flags: '--keep', says: 'leave the scratch directory behind' },
      ],
      load: async () => (await import('../commands/demo.ts')).demo,
    },
    {
      name: 'rehearse',
      says: 'what would happen with this configuration, and with these faults: days of it in seconds',
      arguments: [{ usage: '<flow>' }],
      refine: async () => {
        const { rehearsedWords } = await import('../../../domain/rehearsal/flows.ts');
        return { arguments: [{ usage: '<flow>', choices: rehearsedWords }] };
      },
      options: [
        {
          flags: '--config <path>',
          says: 'a sluice.yaml, or a directory with such files',
          default: 'sluice.yaml',
        },
        { flags: '--product <name>', says: 'where there are several' },
        {
          flags: '--fault <fault>',
          says: 'such as at=10%,health=fails; may be given several times',
          default: [],
          parse: several,
        },
        { flags: '--scenario <file>', says: 'faults and people from a YAML or JSON file' },
        {
          flags: '--approve-after <duration>',
          says: 'how long people take to approve, or never (default: 10m)',
        },
        { flags: '--expect <outcome>', says: 'exit code 1 if it ends otherwise', choices: outcomes },
        {
          flags: '--markdown',
          says: 'print it as Markdown, for a comment or the summary of a CI job',
        },
      ],
      load: async () => (await import('../commands/rehearse.ts')).rehearse,
    },
  ],
};
