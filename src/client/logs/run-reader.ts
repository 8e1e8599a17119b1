import type { LedgerLine } from '../../domain/records/records.ts';
import type { CommandOutputs } from './command-outputs.ts';
import type { RunLine } from './run-line.ts';
import { configurationOf, hasEnded, inOrder, lineOfRecord, outputOf, recordKey } from './run-line.ts';
import type { WorkerLogs } from './worker-logs.ts';

/** Where the lines of a run may lie. */
export interface Places {
  readonly logs: WorkerLogs | undefined;
  readonly outputs: CommandOutputs;
  /** The permanent record; empty where nobody can read it now. */
  record(): Promise<readonly LedgerLine[]>;
  /** Told of the run's configuration, before anything is shown that was printed with its secrets. */
  configured(file: string): Promise<void>;
}

/** A file that is not on this host. */
export interface Elsewhere {
  readonly step: string;
  readonly file: string;
}

/** The lines of one run from all the places together, each of them once. */
export class RunReader {
  private readonly places: Places;
  private readonly seen = new Set<string>();
  private readonly missing = new Map<string, Elsewhere>();
  /** What was logged or recorded, which says whether the run has ended. */
  private told: RunLine[] = [];
  private configured = false;
  private readonly looked = new Set<string>();
  private readonly sources = new Set<RunLine['source']>();

  constructor(places: Places) {
    this.places = places;
  }

  /** What is new since the last call, in order. */
  async next({ whole = true }: { readonly whole?: boolean } = {}): Promise<readonly RunLine[]> {
    // The log first: what is in both is told as the log has it, with its exact time.
    const logged = ((await this.places.logs?.next()) ?? []).filter((line) => this.isNew(line));
    const recorded = ((await this.places.record()) ?? [])
      .map(lineOfRecord)
      .filter((line) => this.isNew(line));
    const told = [...logged, ...recorded];
    this.told = inOrder([...this.told, ...told]);
    await this.readConfiguration(told);
    const lines = [...told, ...(await this.printed(whole))];
    for (const { source } of lines) this.sources.add(source);
    return inOrder(lines);
  }

  get ended(): boolean {
    return hasEnded(this.told);
  }

  /** Where lines were found so far. */
  get heardOf(): ReadonlySet<RunLine['source']> {
    return this.sources;
  }

  /** Outputs that steps name and that are not here. */
  get elsewhere(): readonly Elsewhere[] {
    return [...this.missing.values()];
  }

  private async readConfiguration(lines: readonly RunLine[]): Promise<void> {
    for (const line of lines) {
      const file = configurationOf(line);
      if (file === undefined) continue;
      await this.places.configured(file);
      this.configured = true;
    }
  }

  /** While a run is followed, what it prints is held back until its configuration is known: which secrets are in it. */
  private async printed(whole: boolean): Promise<readonly RunLine[]> {
    if (!whole && !this.configured) return [];
    const found = await this.places.outputs.next(whole);
    for (const line of this.told) await this.lookForOutput(line);
    return [...found, ...(await this.places.outputs.next(whole))];
  }

  private isNew(line: RunLine): boolean {
    const key = recordKey(line);
    if (key === undefined) return true;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }

  private async lookForOutput(line: RunLine): Promise<void> {
    const file = outputOf(line);
    if (file === undefined || this.looked.has(file)) return;
    this.looked.add(file);
    const step = line.step ?? '';
    if (!(await this.places.outputs.has(file, step, Date.parse(line.time))))
      this.missing.set(file, { step, file });
  }
}
