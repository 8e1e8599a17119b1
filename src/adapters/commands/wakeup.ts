/** Waits for whatever comes first: something happened, or the time is over. What happened in between isn't lost. */
export interface Wakeup {
  readonly wake: () => void;
  readonly wait: (milliseconds: number) => Promise<void>;
}

export function createWakeup(): Wakeup {
  let happened = false;
  let resume: (() => void) | undefined;
  return {
    wake() {
      happened = true;
      resume?.();
    },
    async wait(milliseconds) {
      if (!happened) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      happened = false;
      resume = undefined;
    },
  };
}
