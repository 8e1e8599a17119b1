/** A git command that another process is to run. */
export interface AskedCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly encoding: 'utf8' | 'buffer';
  readonly input?: string | Uint8Array;
  /** Milliseconds. */
  readonly timeout: number;
}

/** How a git process ended, and what it printed. */
export interface Ended {
  readonly stdout: string | Uint8Array;
  readonly stderr: string | Uint8Array;
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly code: string | undefined;
  readonly shortMessage: string | undefined;
}

export interface Asked {
  readonly id: number;
  readonly command: AskedCommand;
}

export type Answered = { readonly id: number } & ({ readonly ended: Ended } | { readonly thrown: string });
