/** What the library throws on purpose; it is made where runs are started and steered. */
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
} from '../control/errors.ts';
