import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/**
 * Runs one command and outlives the worker. It is a shell program because it has to be there within milliseconds.
 *
 * Arguments: the execution's directory, the user's shell line, the host, the file for stdin.
 * - `set -C` makes `>` create the claim or fail: of two supervisors of the same execution the second goes away.
 * - The claim holds who runs it: id, host, start mark. It is written before the command's first instruction.
 * - Signals to the group reach the supervisor too: it stays, so that the exit code is still written. The traps are
 *   back to their defaults in the command.
 * - The exit code counts once its line break is there, so a half-written file is no exit code. A full disk is waited out.
 */
const program = `
d=$1
user_path=$PATH
PATH=$PATH:/usr/bin:/bin
trap : TERM INT HUP QUIT
{ IFS= read -r mark <"/proc/$$/stat"; } 2>/dev/null || mark=$(LC_ALL=C TZ=UTC0 ps -o lstart= -p "$$")
set -C
{ printf '%s\\n' "$$" "$3" "$mark" >"$d/state/claim"; } 2>/dev/null || exit 0
set +C
PATH=$user_path /bin/sh -c "$2" >>"$d/stdout" 2>>"$d/stderr" <"$4"
code=$?
until { printf '%s\\n' "$code" >"$d/state/exit"; } 2>/dev/null; do
  [ -d "$d/state" ] || exit 0
  sleep 1
done
`;

/** What a supervisor is told. Plain JSON: another process may be asked to start it. */
export interface SupervisedCommand {
  readonly execution: string;
  readonly run: string;
  readonly host: string;
  readonly stdin: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Starts a supervisor in a session and process group of its own. Throws where the system refuses the arguments. */
export function spawnSupervisor(command: SupervisedCommand): ChildProcess {
  const child = spawn(
    '/bin/sh',
    ['-c', program, 'sluice-command', command.execution, command.run, command.host, command.stdin],
    { cwd: command.directory, env: command.env, detached: true, stdio: 'ignore' },
  );
  child.unref();
  return child;
}
