import type { Steering } from './steering.ts';

/** Percent of the traffic by version. */
export type Weights = Readonly<Record<string, number>>;

/** Which versions take the traffic, what was seen of them, and what people tell a rollout that is under way. */
export class Traffic {
  private current: Weights = {};
  private seen: readonly string[] = [];
  private steered: Steering | undefined;

  /** As this run set them; empty before it moved any. */
  get weights(): Weights {
    return this.current;
  }

  /** What was measured last, a line each. */
  get samples(): readonly string[] {
    return this.seen;
  }

  /** Of the rollout that is under way. */
  get steering(): Steering | undefined {
    return this.steered;
  }

  goesTo(weights: Weights): void {
    this.current = weights;
  }

  shows(samples: readonly string[]): void {
    this.seen = [...samples];
  }

  /** Lets people steer while the work goes on. */
  async steeredBy<T>(steering: Steering, work: () => Promise<T>): Promise<T> {
    this.steered = steering;
    try {
      return await work();
    } finally {
      this.steered = undefined;
    }
  }
}
