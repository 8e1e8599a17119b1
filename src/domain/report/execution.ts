import type { LedgerLine } from '../records/records.ts';

/**
 * The lines of the newest run of a name, for a version that was rolled back may be released again under the same one. A run that was
 * reset goes on under another id of Temporal's and is still the same run.
 */
export function newestExecution(lines: readonly LedgerLine[]): {
  readonly lines: readonly LedgerLine[];
  /** Runs before it. */
  readonly earlier: number;
} {
  const executions: LedgerLine[][] = [];
  for (const group of byExecution(lines)) {
    const last = executions.at(-1);
    if (last && !beginsAnew(group, last)) last.push(...group);
    else executions.push(group);
  }
  return { lines: executions.at(-1) ?? [], earlier: Math.max(0, executions.length - 1) };
}

/** Without a first line a run never began: its input or its configuration was no good. */
function beginsAnew(group: readonly LedgerLine[], before: readonly LedgerLine[]): boolean {
  if (group.some(({ kind }) => kind === 'started')) return true;
  return before.at(-1)?.kind === 'ended' && !group.some(({ kind }) => kind === 'step');
}

function byExecution(lines: readonly LedgerLine[]): LedgerLine[][] {
  const groups: LedgerLine[][] = [];
  let before: string | undefined;
  for (const line of lines) {
    // The key of a line is the run, Temporal's id of the execution, and a number.
    const execution = line.key.slice(0, line.key.lastIndexOf('/'));
    if (execution === before) groups.at(-1)?.push(line);
    else groups.push([line]);
    before = execution;
  }
  return groups;
}
