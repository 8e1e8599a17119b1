import { open } from 'node:fs/promises';

/** Where a child process writes what it prints. */
export interface ChildOutput {
  /** For `stdio`. */
  readonly stdio: number | 'ignore';
  /** The child has its own by then. */
  close(): Promise<void>;
}

/** Appends to the file. Where that can't be opened the output is lost, and the child lives all the same. */
export async function childOutput(file: string, mode = 0o600): Promise<ChildOutput> {
  const handle = await open(file, 'a', mode).catch(() => undefined);
  return {
    stdio: handle?.fd ?? 'ignore',
    close: async () => {
      await handle?.close();
    },
  };
}
