/** The branch that carries a version's own commit (RW-5). */
export function releaseBranchName(product: string, version: string): string {
  return `release/${product}/v${version}`;
}
