/** A fault that can be planted in a checkout of the example shop. */
export interface Fault {
  /** What people see of it. */
  readonly problem: string;
  /** Who of the example agents gets furthest: the driver alone, with a senior's or a reviewer's advice, or none of them. */
  readonly solvedBy: 'driver' | 'senior' | 'trio' | 'nobody';
  /** What notices it first. */
  readonly seenBy: 'deployment' | 'tests' | 'review';
  /** Of its commit. */
  readonly subject: string;
}

/** By name. */
export const faults: Readonly<Record<string, Fault>>;

/** Commits the fault on top of the checkout's head and gives the commit. Nothing is pushed. */
export function plant(name: string, checkout: string): Promise<string>;
