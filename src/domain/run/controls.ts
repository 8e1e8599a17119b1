import type { FlowName, Stage } from '../flows/registry.ts';
import { flowOf } from '../flows/registry.ts';
import type { Control, ControlMeaning, StageMeaning } from '../flows/stages.ts';

/** What steering means to a run of this flow that has come so far. Total: a flow is never at another one's stage. */
export function stageOf(flow: FlowName, stage: Stage): StageMeaning {
  const meanings: Readonly<Record<string, StageMeaning>> = flowOf(flow).stages;
  return meanings[stage] ?? flowOf(flow).stages.ended;
}

/** What `pause`, `resume`, `abort` or `rollback` means there (docs/steering.md is this table for people). */
export function meaningOf(flow: FlowName, stage: Stage, control: Control): ControlMeaning {
  return stageOf(flow, stage).controls[control];
}
