import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import { lockIdOf } from '../../../src/domain/flows/workflow-ids.ts';
import type { Flow, Flows } from '../../workflows/support/flows.ts';
import type { SimulatedWorld } from '../../support/simulated/world.ts';

/** Carries something out, and gives the runs whose histories are kept, by the names of their files. */
export type Scenario = (on: Flows) => Promise<Record<string, Pick<WorkflowHandle, 'fetchHistory'>>>;

export async function begun(
  on: Flows,
  arrange: (world: SimulatedWorld) => void = () => undefined,
  configure?: (yaml: string) => string,
): Promise<{ world: SimulatedWorld; flow: Flow }> {
  const world = on.world(configure);
  arrange(world);
  return { world, flow: await on.start(world) };
}

export async function ends(flow: Flow, outcome: string): Promise<void> {
  expect(await flow.result()).toMatchObject({ outcome });
}

/** This very execution: a lock that nobody holds ends, and another one begins under its name. */
export async function lockOf(on: Flows, world: SimulatedWorld, environment: string): Promise<WorkflowHandle> {
  const id = lockIdOf(world.product, environment);
  const { runId } = await on.client.workflow.getHandle(id).describe();
  return on.client.workflow.getHandle(id, runId);
}
