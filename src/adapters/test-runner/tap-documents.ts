/** Where a TAP document ends and another begins: test tools run one after the other, each with a plan of its own. */
export class TapBoundaries {
  private seen = false;
  private plan: 'none' | 'leading' | 'trailing' = 'none';
  private planned = 0;
  private points = 0;

  /** Takes the next line; says whether it begins another document than the one before. */
  begins(line: string): boolean {
    const plan = /^1\.\.(\d{1,9})\b/.exec(line)?.[1];
    const point = /^(?:not )?ok\b\s*(\d*)/i.exec(line);
    const inner = /^\s+(?:(?:not )?ok\b|\d+\.\.\d)|^# Subtest\b/i.test(line);
    const fresh =
      this.seen &&
      (/^TAP version /i.test(line) ||
        (plan !== undefined && this.plan !== 'none') ||
        (this.plan === 'trailing' && (point !== null || inner)) ||
        (point !== null && this.isOver() && point[1] === '1'));
    if (fresh) this.reset();
    if (plan !== undefined) {
      this.plan = this.points > 0 ? 'trailing' : 'leading';
      this.planned = Number(plan);
    }
    if (point) this.points += 1;
    if (plan !== undefined || point || inner || /^TAP version /i.test(line)) this.seen = true;
    return fresh;
  }

  /** All that was planned at the beginning has come. */
  private isOver(): boolean {
    return this.plan === 'leading' && this.points >= this.planned;
  }

  private reset(): void {
    this.seen = false;
    this.plan = 'none';
    this.points = 0;
  }
}
