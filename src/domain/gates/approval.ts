import type { BundleSubject } from './bundle.ts';
import type { Vote } from './gate.ts';

/** What production's effects must show: who decided, on what (BY-1: checked by the worker that deploys, when it deploys). */
export interface Approval {
  readonly gate: string;
  readonly digest: string;
  readonly subject: BundleSubject;
  readonly votes: readonly Vote[];
  readonly branch: string;
  /** Who started the run, and may not approve it where the policy says so. */
  readonly startedBy: string;
}
