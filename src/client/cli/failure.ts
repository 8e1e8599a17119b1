import { InvalidInput, SluiceError, type SluiceErrorCode, UnknownRun } from '../errors.ts';
import { exitCodes } from './exit-codes.ts';
import type { Failure } from './io.ts';

const codes: Readonly<Record<SluiceErrorCode, number>> = {
  'no-connection': exitCodes.noConnection,
  'no-worker': exitCodes.noConnection,
  unanswered: exitCodes.noConnection,
  'invalid-input': exitCodes.invalid,
  'unknown-run': exitCodes.invalid,
  'unknown-schedule': exitCodes.invalid,
  'run-failed': exitCodes.notSucceeded,
  'run-stuck': exitCodes.notSucceeded,
  timeout: exitCodes.notSucceeded,
};

/** What a thrown value means to the caller of a command. */
export function failureOf(error: unknown): Failure {
  if (error instanceof SluiceError) {
    return {
      code: error.code,
      message:
        error instanceof InvalidInput && error.problems.length > 1
          ? ['nothing was changed:', ...error.problems.map((problem) => `  - ${problem}`)].join('\n')
          : error.message,
      exitCode: codes[error.code],
      ...(error instanceof InvalidInput ? { problems: error.problems } : {}),
      ...(error instanceof UnknownRun ? { nearest: error.nearest } : {}),
    };
  }
  // Thrown by a question that was answered with Ctrl-C.
  if (error instanceof Error && error.name === 'ExitPromptError')
    return {
      code: 'interrupted',
      message: 'interrupted; nothing was changed',
      exitCode: exitCodes.interrupted,
    };
  const grpc = grpcFailure(error);
  if (grpc) return { code: 'no-connection', message: grpc, exitCode: exitCodes.noConnection };
  // Known by name: the adapters and the composition root are not loaded for this.
  if (error instanceof Error && noServerErrors.has(error.name))
    return { code: 'no-connection', message: error.message, exitCode: exitCodes.noConnection };
  if (error instanceof Error && 'problems' in error && Array.isArray(error.problems)) {
    return {
      code: 'invalid-input',
      message: error.message,
      exitCode: exitCodes.invalid,
      problems: error.problems.map(String),
    };
  }
  const message =
    error instanceof Error
      ? process.env['SLUICE_DEBUG']
        ? (error.stack ?? error.message)
        : error.message
      : String(error);
  return {
    code: 'error',
    message: `${message}${process.env['SLUICE_DEBUG'] ? '' : ' (SLUICE_DEBUG=1 shows where)'}`,
    exitCode: exitCodes.notSucceeded,
  };
}

const noServerErrors: ReadonlySet<string> = new Set([
  'NoTemporalServer',
  'NoTestServer',
  'TestServerFailed',
  'TemporalUnreachable',
  'PortInUse',
  'DevServerFailed',
]);

/** The connection broke, or the server refuses it, in the middle of a command. */
function grpcFailure(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (!('code' in at) || typeof at.code !== 'number' || !('details' in at)) continue;
    const details = String(at.details);
    if (at.code === 5 && /namespace/i.test(details)) return `${details} Check TEMPORAL_NAMESPACE.`;
    if (at.code === 7 || at.code === 16)
      return `The Temporal server refused: ${details}. Check TEMPORAL_API_KEY and TEMPORAL_NAMESPACE.`;
    if (at.code === 14 || at.code === 4)
      return `The Temporal server does not answer any more: ${details}. Try again when it is back.`;
  }
  return undefined;
}
