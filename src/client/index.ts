/**
 * The library (PL-4): start, see and steer runs from TypeScript. For other languages there are the JSON Schemas of
 * `sluice schema input|message|status|result` and Temporal's own SDKs.
 */
export { connect } from './connect.ts';
export { Sluice, type Started } from './sluice.ts';
export type { ConnectOptions } from './target.ts';
export type { Seen } from '../control/see.ts';
export type { MessageBody } from '../control/send.ts';
export type { RunFilter, RunSummary } from '../control/runs.ts';
export type { ScheduleRequest, ScheduleTimes } from './schedules/request.ts';
export { type ReleaseSchedule, Schedules } from './schedules/schedules.ts';
export { describeSchedule } from './schedules/words.ts';
export {
  InvalidInput,
  NoConnection,
  NoWorker,
  RunFailed,
  RunStuck,
  SluiceError,
  type SluiceErrorCode,
  TimedOut,
  Unanswered,
  UnknownRun,
  UnknownSchedule,
} from './errors.ts';
export type { BlueGreenInput } from '../domain/blue-green/input.ts';
export type { ProductSummary } from '../domain/flows/inquiry.ts';
export type { AboutRun, Preview, PreviewSection } from '../domain/flows/preview.ts';
export type { ReleaseInput } from '../domain/release/input.ts';
export type { RollbackInput } from '../domain/rollback/input.ts';
export type { RolloutInput } from '../domain/rollout/input.ts';
export type { Message, MessageKind, Severity } from '../domain/run/messages.ts';
export type { DeploymentHistoryRow, LedgerLine } from '../domain/records/records.ts';
export type {
  DecisionRecord,
  GateStatus,
  MessageReply,
  Outcome,
  RefusedMessage,
  RunResult,
  RunStatus,
  StepState,
  StepStatus,
} from '../domain/run/status.ts';
export type { FlowName, InputOf, Stage } from '../domain/flows/registry.ts';
export { inputSchema } from '../domain/flows/schema.ts';
export { messageSchema, resultSchema, statusSchema } from './schemas.ts';
