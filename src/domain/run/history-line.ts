/** Names the workflow code that can go on with a run: a run's first answer of the catalog carries it, and its replay compares. */
export const historyLine = '0.3';

/**
 * Why a run is not gone on with.
 * @param line what the first answer of the catalog said when the run began; runs before 0.3 have none
 * @returns undefined where it is this code's own run
 */
export function refusalOfOlderRun(line: unknown): string | undefined {
  if (line === historyLine) return undefined;
  const begun = typeof line === 'string' ? `under ${line.slice(0, 20)}` : 'before 0.3';
  return (
    `This run was begun ${begun}, and Sluice ${historyLine} does not go on with it. Nothing of it was changed: ` +
    `finish it with a worker of the version that began it, or terminate it and start anew (docs/upgrading.md).`
  );
}
