/** What people tell a rollout that is under way; its watch is woken by it. */
export class Steering {
  readonly promoters: readonly string[];
  /** Counts what was said, so that whoever waits sees that there is something new. */
  changes = 0;
  promotedBy: string | undefined;
  fullyPromotedBy: string | undefined;

  constructor(promoters: readonly string[]) {
    this.promoters = promoters;
  }

  promote(by: string, full: boolean): void {
    if (full) this.fullyPromotedBy = by;
    else this.promotedBy = by;
    this.changed();
  }

  changed(): void {
    this.changes += 1;
  }

  /** A word about one step does not count for the next one. */
  nextStep(): void {
    this.promotedBy = undefined;
  }
}
