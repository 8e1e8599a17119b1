/** Milliseconds that a look may take at the most, with everything that it asks. */
const longestLook = 60_000;

/**
 * How long somebody watched between two looks, in milliseconds. A clock that was set, or a host that slept, moves the time by more than a
 * pause and a look can take, or backwards: nobody watched for so long.
 * @param paused milliseconds that the watch meant to wait between them
 */
export function watchedBetween(before: number, now: number, paused: number): number {
  return Math.min(Math.max(0, now - before), paused + longestLook);
}
