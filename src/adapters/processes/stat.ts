/** What Linux says of a process in `/proc/<pid>/stat`, as far as Sluice asks. */
export interface ProcessStat {
  readonly pid: number;
  readonly group: number;
  readonly session: number;
  /** It has ended, and only waits for its parent to notice. */
  readonly ended: boolean;
  /** When it started, in clock ticks since the boot: tells two processes apart that had the same id one after the other. */
  readonly started: string;
}

/** And what it uses. */
export interface ProcessUsage extends ProcessStat {
  /** User and system time, in clock ticks. */
  readonly cpu: number;
  /** Resident memory, in pages. */
  readonly resident: number;
}

/** The name in brackets may hold anything, so fields are counted from the last bracket (proc(5)). */
export function parseStat(line: string): ProcessUsage | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const started = fields[19];
  if (!line.includes(')') || started === undefined) return undefined;
  return {
    pid: Number.parseInt(line, 10),
    group: Number(fields[2]),
    session: Number(fields[3]),
    ended: fields[0] === 'Z' || fields[0] === 'X',
    started,
    cpu: Number(fields[11]) + Number(fields[12]),
    resident: Number(fields[21]),
  };
}
