import type { Io } from './io.ts';

/** A command's words and options, given as parsed; gives its exit code. */
export type Run = (io: Io, args: string[], options: never) => Promise<number> | number;

export interface OptionSpec {
  /** As commander writes them: `-y, --yes`, `--limit <number>`. */
  readonly flags: string;
  readonly says?: string;
  readonly choices?: readonly string[];
  readonly default?: unknown;
  /** It must be given. */
  readonly required?: true;
  /** Help does not show it. */
  readonly hidden?: true;
  /** @throws InvalidArgumentError */
  readonly parse?: (text: string, before: unknown) => unknown;
}

export interface ArgumentSpec {
  /** `<run>`, `[directory]`, `[what...]` */
  readonly usage: string;
  readonly says?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
}

/** A command as data: what help says, what it takes, and where what it does is loaded from. */
export interface CommandSpec {
  readonly name: string;
  readonly says: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** In place of what follows from the arguments. */
  readonly usage?: string;
  /** What the help says after the options. */
  readonly after?: string;
  /**
   * What follows from the flows that there are. They are looked up when the command is called, explained or completed; the list of all
   * commands does not wait for them.
   * @param args the whole command line
   */
  readonly refine?: (
    args: readonly string[],
  ) => Promise<Partial<Omit<CommandSpec, 'name' | 'load' | 'refine'>>>;
  /** What it does: imported when it is run, so that help costs next to nothing. */
  readonly load: () => Promise<Run>;
}

/** Commands under a word of their own, such as `schedule create`. */
export interface CommandFamily {
  readonly name: string;
  readonly says: string;
  readonly commands: readonly CommandSpec[];
}

/** Commands under a heading of the help. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly (CommandSpec | CommandFamily)[];
}
