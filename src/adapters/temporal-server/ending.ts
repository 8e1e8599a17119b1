import type { ChildProcess } from 'node:child_process';

/** Why a server's process is of no use: filled in once it could not be started, or has ended. */
export function ending(child: ChildProcess): { why: string | undefined } {
  const end: { why: string | undefined } = { why: undefined };
  child.once('error', (error) => (end.why ??= `can't be started (${error.message})`));
  child.once(
    'exit',
    (code, signal) => (end.why ??= `ended at its start with ${signal ?? `exit code ${code}`}`),
  );
  return end;
}
