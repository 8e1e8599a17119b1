import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { DriverProblem } from '../../../activities/ports/index.ts';
import { readState, writeState } from '../../files/state-file.ts';

/** What is needed to start a version again without its configuration at hand; secrets stay references. */
const serviceSchema = z.object({
  start: z.string(),
  env: z.record(z.string(), z.string()),
  pass: z.array(z.string()),
  startWithin: z.number(),
  /** A path that is safe to ask for. */
  path: z.string(),
});
export type Service = z.output<typeof serviceSchema>;

const slotSchema = z.object({
  version: z.string(),
  commit: z.string(),
  /** The exported tree. */
  directory: z.string(),
  service: serviceSchema,
  /** The effect that asked for it. */
  key: z.string(),
  /** Tags every process of this start as `SLUICE_INSTANCE`; written down before the first one exists. */
  instance: z.string(),
  port: z.int(),
  log: z.string(),
  /** `starting` also where a worker died before it saw the version answer. */
  phase: z.enum(['starting', 'running', 'stopped']),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  process: z.object({ pid: z.int(), started: z.string() }).optional(),
  /** Where it answers; known once it runs. */
  address: z.string().optional(),
});
export type Slot = z.output<typeof slotSchema>;

const stateSchema = z.object({
  product: z.string(),
  environment: z.string(),
  /** Where users come in. */
  port: z.int(),
  /** The slot that takes the traffic. */
  active: z.enum(['blue', 'green']).optional(),
  /** While two versions share the traffic: percent by slot. */
  shares: z.object({ blue: z.number(), green: z.number() }).optional(),
  slots: z.object({ blue: slotSchema.optional(), green: slotSchema.optional() }),
});
export type EnvironmentState = z.output<typeof stateSchema>;
export type SlotName = 'blue' | 'green';
export const slotNames: readonly SlotName[] = ['blue', 'green'];
export const otherSlot = (slot: SlotName): SlotName => (slot === 'blue' ? 'green' : 'blue');

/** Where a version is recorded, whether it runs or not. */
export function slotOf(
  state: EnvironmentState | undefined,
  { version, commit }: { readonly version: string; readonly commit: string },
): SlotName | undefined {
  return slotNames.find((name) => {
    const slot = state?.slots[name];
    return slot?.version === version && slot.commit === commit;
  });
}

/** The files of one product's environment under the data directory. */
export function environmentPaths(directory: string, product: string, environment: string) {
  const home = resolve(directory, product, environment);
  return {
    home,
    state: join(home, 'state.json'),
    lock: join(home, 'state.lock'),
    versions: join(home, 'versions'),
    logs: join(home, 'logs'),
    router: join(home, 'router'),
  };
}
export type EnvironmentPaths = ReturnType<typeof environmentPaths>;

/** What is recorded, or undefined where nothing was deployed yet. Throws where the file is damaged. */
export async function readEnvironment(paths: EnvironmentPaths): Promise<EnvironmentState | undefined> {
  const stored = await readState(paths.state);
  if (stored === undefined) return undefined;
  const parsed = stateSchema.safeParse(stored);
  if (!parsed.success)
    throw new DriverProblem(
      `${paths.state} is damaged: ${z.prettifyError(parsed.error)}. Move it away and run \`sluice up\` again`,
    );
  return parsed.data;
}

export async function writeEnvironment(paths: EnvironmentPaths, state: EnvironmentState): Promise<void> {
  await writeState(paths.state, state);
}

/** Every environment that has something recorded under the data directory. */
export async function recordedEnvironments(
  directory: string,
  only?: string,
): Promise<readonly EnvironmentPaths[]> {
  const found: EnvironmentPaths[] = [];
  for (const product of await folders(resolve(directory))) {
    if (only !== undefined && product !== only) continue;
    for (const environment of await folders(resolve(directory, product))) {
      found.push(environmentPaths(directory, product, environment));
    }
  }
  return found;
}

async function folders(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
