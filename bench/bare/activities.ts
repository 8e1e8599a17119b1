/** Activities that do nothing. */
export const bareActivities = {
  nothing: (): Promise<void> => Promise.resolve(),
  /** Epoch milliseconds. */
  noteStart: (): Promise<number> => Promise.resolve(performance.timeOrigin + performance.now()),
};

export type BareActivities = typeof bareActivities;
