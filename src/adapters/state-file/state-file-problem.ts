/** `state.yml` can't be read or changed; it was left as it is. The message names file and line and says what to do. */
export class StateFileProblem extends Error {
  override readonly name = 'StateFileProblem';
  readonly file: string;
  /** From 1; undefined where no line is to blame. */
  readonly line: number | undefined;
  constructor(file: string, line: number | undefined, message: string) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${message}`);
    this.file = file;
    this.line = line;
  }
}
