/** The ledger can't be opened or read; the message names the file and says what to do. */
export class LedgerProblem extends Error {
  override readonly name = 'LedgerProblem';
  readonly path: string;
  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
    this.path = path;
  }
}
