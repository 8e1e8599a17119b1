import type { Vote } from '../../domain/gates/gate.ts';

/** One change at a time per product and environment (PL-8); first come, first served, emergencies first. */
export interface EnvironmentLocks {
  /** Asks for the environment. Asking again keeps the place. When it becomes free, the run is told by a signal. */
  acquire(request: {
    product: string;
    environment: string;
    run: string;
    /** Of the run's first execution: it stays the same when the run is reset. */
    runId: string;
    emergency: boolean;
    /** Only if it is free, and given back when somebody else wants it. */
    yields?: boolean;
  }): Promise<{ readonly granted: boolean; readonly position: number; readonly behind: string }>;
  /** Gives it back, or gives up the place in the queue. Safe to repeat. */
  release(request: { product: string; environment: string; run: string; runId: string }): Promise<void>;
  /** Whether a run still goes on, be it in another execution after a reset: a holder that died must not hold an environment for ever. */
  isRunning(run: string, runId: string): Promise<boolean>;
}

/**
 * Checks who really made a decision, by the `proof` it brought. The place for proofs of identity: with `proof: none`
 * a name is taken as it is said.
 */
export interface DecisionVerifier {
  verify(
    vote: Vote,
    context: { run: string; gate: string; digest: string },
  ): Promise<{ readonly ok: boolean; readonly reason: string }>;
}
