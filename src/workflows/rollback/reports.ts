import type { Issue } from '../../domain/run/severity.ts';

/** Issues in production that came from outside, people's reports and alerts, until each of them is judged. */
export class Reports {
  private waiting: Issue[] = [];
  private judging = 0;
  private questions = 0;
  private noted = 0;
  /** Alerts that were heard of, by their key. */
  private readonly alerts = new Set<string>();

  get any(): boolean {
    return this.waiting.length > 0;
  }

  /** Every issue that was reported is judged. */
  get allJudged(): boolean {
    return this.waiting.length === 0 && this.judging === 0;
  }

  add(issue: Issue): void {
    this.waiting.push(issue);
  }

  /** @returns whether this alert was not heard of before */
  isNews(key: string): boolean {
    if (this.alerts.has(key)) return false;
    this.alerts.add(key);
    return true;
  }

  /** An alert waits to be judged. */
  get alertWaits(): boolean {
    return this.waiting.some(({ kind }) => kind === 'alert');
  }

  takeAll(): readonly Issue[] {
    return this.waiting.splice(0);
  }

  /** Carries out the judgement of one that was taken. */
  async judge(judgement: () => Promise<void>): Promise<void> {
    this.judging += 1;
    try {
      await judgement();
    } finally {
      this.judging -= 1;
    }
  }

  /** The step of the next task for an issue that the version goes on with: it is part of the task's key. */
  nextNoted(): string {
    this.noted += 1;
    return `issue.noted-${this.noted}`;
  }

  /** The id of the next question about an issue: `issue`, then `issue-2`. */
  nextQuestion(): string {
    this.questions += 1;
    return this.questions === 1 ? 'issue' : `issue-${this.questions}`;
  }
}
