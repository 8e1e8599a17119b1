/**
 * The branch that fixes of agents are committed to, one of each run; named after the flow that had them first.
 * @param run of its first execution: it stays the same when the run is reset
 */
export function fixesBranchName(product: string, run: string): string {
  return `blue-green/${product}/${run}`;
}
