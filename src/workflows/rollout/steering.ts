/** What people tell a rollout that is under way; its watch is woken by it. */
export class Steering {
  readonly promoters: readonly string[];
  private count = 0;
  private step: string | undefined;
  private whole: string | undefined;

  constructor(promoters: readonly string[]) {
    this.promoters = promoters;
  }

  /** Counts what was said, so that whoever waits sees that there is something new. */
  get changes(): number {
    return this.count;
  }

  /** Who lets it go on to the next step. */
  get promotedBy(): string | undefined {
    return this.step;
  }

  /** Who lets it go through all steps that are left. */
  get fullyPromotedBy(): string | undefined {
    return this.whole;
  }

  promote(by: string, full: boolean): void {
    if (full) this.whole = by;
    else this.step = by;
    this.changed();
  }

  changed(): void {
    this.count += 1;
  }

  /** A word about one step does not count for the next one. */
  nextStep(): void {
    this.step = undefined;
  }
}
