/** Takes finished lines and never throws. */
export interface LineSink {
  write(line: string): void;
  /** Lines that were lost since this process began. */
  lost(): number;
}

export interface LossyOptions {
  /** Told once an outage, and at most once an hour: why lines are lost. */
  readonly say?: (reason: string) => void;
  /** Milliseconds between two tries while the log can't be written. */
  readonly retryAfter?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

const hour = 3_600_000;

/**
 * A log that can't be written loses lines and harms nothing else: what `append` throws is counted, and nothing is tried for five
 * seconds. Where it can be written again, a line of its own says how many were lost.
 */
export function createLossySink(
  append: (text: string) => void,
  { say = () => undefined, retryAfter = 5_000, now = Date.now }: LossyOptions = {},
): LineSink {
  let total = 0;
  let missing = 0;
  let reason = '';
  let retryAt = Number.NEGATIVE_INFINITY;
  let saidAt = Number.NEGATIVE_INFINITY;

  const lose = (): void => {
    total += 1;
    missing += 1;
  };

  return {
    lost: () => total,
    write(line) {
      const at = now();
      if (at < retryAt) return lose();
      try {
        if (missing > 0) append(noteOf(missing, reason, at));
        missing = 0;
        append(line);
      } catch (error) {
        lose();
        reason = error instanceof Error ? error.message : String(error);
        retryAt = at + retryAfter;
        if (missing > 1 || at - saidAt < hour) return;
        saidAt = at;
        say(reason);
      }
    },
  };
}

function noteOf(lost: number, reason: string, at: number): string {
  const message = `${lost} log ${lost === 1 ? 'line was' : 'lines were'} lost: ${reason}`;
  return `${JSON.stringify({ level: 'warn', time: new Date(at).toISOString(), lost, message })}\n`;
}
