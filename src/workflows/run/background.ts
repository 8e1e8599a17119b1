/** What goes on beside the work of a run: notifications that are being started, parts of the record that are being written. */
export class Background {
  private readonly work: Promise<unknown>[] = [];
  private notices = 0;

  /** Goes on while the run does something else; the run does not end before it is done. */
  add(work: Promise<unknown>): void {
    this.work.push(work);
  }

  async allDone(): Promise<void> {
    await Promise.all(this.work);
  }

  /** The number of the next notification: it names a child, and so it must be the same when the run is replayed after a reset. */
  nextNotice(): number {
    this.notices += 1;
    return this.notices;
  }
}
