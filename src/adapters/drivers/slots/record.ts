import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Target } from '../../../activities/ports/index.ts';
import { DriverProblem } from '../../../activities/ports/index.ts';
import { readState, writeState } from '../../files/state-file.ts';

const placedSchema = z.object({
  version: z.string(),
  commit: z.string(),
  /** The effect that put it there. */
  key: z.string(),
  /** `deploying` and `stopping` also where a worker died, or nobody knows how the command ended. */
  phase: z.enum(['deploying', 'deployed', 'failed', 'stopping', 'stopped']),
});
export type Placed = z.output<typeof placedSchema>;

const recordSchema = z.object({
  slots: z.record(z.string(), placedSchema),
  /** The slot that was given all of the traffic last. */
  active: z.string().optional(),
  /** The slot that took the traffic before anything was deployed here. */
  before: z.string().optional(),
});
export type SlotsRecord = z.output<typeof recordSchema>;

export type Version = Pick<Target, 'version' | 'commit'>;

/** The files of one product's environment under the data directory. */
export function slotsPaths(directory: string, { product, environment }: Target) {
  const home = resolve(directory, product, environment);
  return {
    record: join(home, 'slots.json'),
    lock: join(home, 'slots.lock'),
    checkouts: join(home, 'checkouts'),
  };
}

/** Which version is in which slot. Throws DriverProblem where the file is damaged. */
export async function readRecord(file: string): Promise<SlotsRecord> {
  const parsed = recordSchema.safeParse((await readState(file)) ?? { slots: {} });
  if (parsed.success) return parsed.data;
  throw new DriverProblem(
    `${file} is damaged: ${z.prettifyError(parsed.error)}. Move it away, then try again`,
  );
}

/** The record, changed step by step while its lock is held. Every change is durable at once. */
export interface OpenRecord {
  now(): SlotsRecord;
  change(change: Partial<SlotsRecord>): Promise<void>;
  place(slot: string, placed: Placed): Promise<void>;
}

export async function openRecord(file: string): Promise<OpenRecord> {
  let record = await readRecord(file);
  const change = async (next: Partial<SlotsRecord>) => {
    record = { ...record, ...next };
    await writeState(file, record);
  };
  return {
    now: () => record,
    change,
    place: (slot, placed) => change({ slots: { ...record.slots, [slot]: placed } }),
  };
}

/** The slot that a version is in, in one of the phases. */
export function slotOf(
  { slots }: SlotsRecord,
  { version, commit }: Version,
  ...phases: readonly Placed['phase'][]
): string | undefined {
  return Object.keys(slots).find((name) => {
    const placed = slots[name];
    return placed?.version === version && placed.commit === commit && phases.includes(placed.phase);
  });
}
