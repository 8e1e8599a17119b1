/** Temporal's words for an attempt that ends while the effect is still wanted: a later attempt attaches to it. */
const attemptEnds = new Set([
  'WORKER_SHUTDOWN',
  'TIMED_OUT',
  'NOT_FOUND',
  'PAUSED',
  'RESET',
  'HEARTBEAT_DETAILS_CONVERSION_FAILED',
]);

/**
 * Whether an aborted signal asks to let go of the command without stopping it. Only a real cancellation stops it: a
 * worker that shuts down, or an attempt that the server gave up, is no reason to.
 */
export function leavesRunning(reason: unknown): boolean {
  if (!(reason instanceof Error)) return typeof reason === 'string' && attemptEnds.has(reason);
  return attemptEnds.has(reason.message) || attemptEnds.has(reason.name);
}
