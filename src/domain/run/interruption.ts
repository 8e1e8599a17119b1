import type { RollbackCause } from '../rollback/cause.ts';
import type { Severity } from './messages.ts';

/** Why the run shall stop what it does. */
export interface Interruption {
  readonly control: 'abort' | 'rollback';
  /** One sentence: who wants it, and why. */
  readonly reason: string;
  /** Of what is wrong in production, where somebody said it. */
  readonly severity?: Severity;
  readonly cause?: RollbackCause;
}
