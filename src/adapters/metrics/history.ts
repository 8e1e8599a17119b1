/** A reading of counters at a moment, in milliseconds of a clock that never goes back. */
export interface Timed {
  readonly at: number;
}

/** Readings of one thing, oldest first, for as long as the longest window looks back. */
export interface History<T extends Timed> {
  add(reading: T): void;
  /** The thing could not be read: what comes next is not taken together with what is older than the longest window. */
  interrupt(): void;
  /**
   * Those of the last `over` ms, the newest last. Whoever looks less often than that gets the last two, which are further apart;
   * fewer than two say that there is nothing to take a difference of yet.
   */
  within(over: number): readonly T[];
}

/**
 * @param longest milliseconds
 * @param anew what takes the place of all that was read before, where a reading does not follow on the one before it
 */
export function createHistory<T extends Timed>(
  longest: number,
  anew: (previous: T, reading: T) => readonly T[] | undefined = () => undefined,
): History<T> {
  let readings: readonly T[] = [];
  let interrupted = false;
  return {
    add(reading) {
      const previous = readings.at(-1);
      const before = (previous && anew(previous, reading)) ?? readings;
      const inside = before.filter(({ at }) => at >= reading.at - longest);
      const kept = inside.length > 0 || interrupted ? inside : before.slice(-1);
      readings = [...kept, reading];
      interrupted = false;
    },
    interrupt() {
      interrupted = true;
    },
    within(over) {
      const newest = readings.at(-1);
      if (!newest) return [];
      const inside = readings.filter(({ at }) => at >= newest.at - over);
      return inside.length > 1 ? inside : readings.slice(-2);
    },
  };
}

/** A history for each key, made when it is first asked for. */
export function createHistories<T extends Timed>(...options: Parameters<typeof createHistory<T>>) {
  const histories = new Map<string, History<T>>();
  return (key: string): History<T> => {
    const history = histories.get(key) ?? createHistory(...options);
    histories.set(key, history);
    return history;
  };
}
