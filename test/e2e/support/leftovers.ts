import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';

/** A process that an effect of some run has started, found by its environment (Linux). */
export interface Leftover {
  readonly pid: number;
  /** Of a version that a driver started; commands have none. */
  readonly instance: boolean;
  readonly directory: string;
}

/** Everything below a directory that drivers and commands have started and that still runs. */
export function startedBelow(root: string): readonly Leftover[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const directory = readlinkSync(`/proc/${name}/cwd`);
      if (!directory.startsWith(root + sep)) return [];
      const variables = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
      const instance = variables.some((each) => each.startsWith('SLUICE_INSTANCE='));
      const command = variables.some((each) => each.startsWith('SLUICE_IDEMPOTENCY_KEY='));
      return instance || command ? [{ pid: Number(name), instance, directory }] : [];
    } catch {
      return []; // gone, or of another user
    }
  });
}
