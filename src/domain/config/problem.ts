/** One thing that is wrong with a `sluice.yaml`, and where. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Dotted, such as `environments.production.process.port`; empty for the whole file. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** `sluice.yaml:12:7 environments.staging.process.port: must be a number, it is a text`, which editors and terminals can follow. */
export function formatProblem({ file, line, column, path, message }: ConfigProblem): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
}
