import type { Usage } from '../../../activities/ports/index.ts';
import { processStat } from '../../processes/identity.ts';
import { membersOf } from './processes.ts';
import type { Slot } from './state.ts';

/** Both are what Linux has on every machine that Node runs on (getconf CLK_TCK, PAGESIZE). */
const ticksPerSecond = 100;
const pageSize = 4_096;

/** What a slot's processes use together; undefined where none of them runs or the system does not tell. */
export function usageOf(slot: Slot): Usage | undefined {
  const stats = membersOf(slot).flatMap((pid) => processStat(pid) ?? []);
  if (stats.length === 0) return undefined;
  return {
    memory: stats.reduce((sum, { resident }) => sum + resident * pageSize, 0),
    cpuSeconds: stats.reduce((sum, { cpu }) => sum + cpu / ticksPerSecond, 0),
  };
}
