import { git } from '../git.ts';

/** One thing that the doctor looked at. */
export interface Check {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly what: string;
  readonly says: string;
  /** What to do about it. */
  readonly mend?: string;
  /** A failure of the configuration or of a connection: they have different exit codes. */
  readonly about: 'configuration' | 'connection';
}

export async function loadEnvironmentChecks(): Promise<Check[]> {
  const major = Number(process.versions.node.split('.')[0]);
  const found = await git('.', '--version');
  return [
    {
      level: major >= 24 ? 'ok' : 'fail',
      what: 'Node',
      says: process.versions.node,
      mend: 'install Node 24 or later',
      about: 'configuration',
    },
    {
      level: found.ok ? 'ok' : 'fail',
      what: 'git',
      says: found.ok ? found.output.replace('git version ', '') : 'not found',
      mend: 'install git and put it on the PATH',
      about: 'configuration',
    },
  ];
}
