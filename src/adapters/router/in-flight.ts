/** Counts what is open in each slot, and tells when a slot has become quiet. */
export function createInFlight() {
  const open = new Map<string, number>();
  const waiting = new Set<() => void>();

  return {
    count: (slot: string): number => open.get(slot) ?? 0,
    counts: (): Record<string, number> => Object.fromEntries(open),
    /** @returns call it once when the request is over */
    enter(slot: string): () => void {
      open.set(slot, (open.get(slot) ?? 0) + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const rest = (open.get(slot) ?? 1) - 1;
        if (rest > 0) open.set(slot, rest);
        else open.delete(slot);
        for (const wake of waiting) wake();
      };
    },
    /** Waits until nothing is open in the slot; false where the time (ms) passed first. */
    async quiet(slot: string, within: number): Promise<boolean> {
      if (!open.has(slot)) return true;
      return new Promise((resolve) => {
        const done = (result: boolean) => {
          clearTimeout(timer);
          waiting.delete(check);
          resolve(result);
        };
        const check = () => {
          if (!open.has(slot)) done(true);
        };
        const timer = setTimeout(() => done(false), within);
        waiting.add(check);
      });
    },
  };
}

export type InFlight = ReturnType<typeof createInFlight>;
