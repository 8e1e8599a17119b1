/**
 * The fix loop's escalation (processes/blue-green.md, phase 2): the driver tries; stuck, it gets advice of the senior member, then of the
 * trio; then a person decides. Pure: who is asked next follows from what has happened alone.
 */
export interface FixLimits {
  readonly maxAttempts: number;
  /** Milliseconds. */
  readonly maxTime: number;
  /** US dollars. */
  readonly maxCost: number;
}

/** Who is there to be asked. */
export interface Helpers {
  readonly driver: boolean;
  readonly senior: boolean;
  readonly trio: boolean;
}

/** What has happened since the run began, or since a person last said to go on. Times are epoch milliseconds. */
export interface FixState {
  readonly since: number;
  readonly attempts: number;
  readonly cost: number;
  /** The problem that is worked on, by its key. */
  readonly problem: string | undefined;
  /** Every problem so far: one that comes back is no progress. */
  readonly seen: readonly string[];
  /** What the driver did last was to no avail, and nobody has advised it since. */
  readonly inVain: boolean;
  /** How often the senior was asked about this problem. */
  readonly seniorAsked: number;
  readonly seniorDone: boolean;
  readonly trioDone: boolean;
}

export type FixStep = 'driver' | 'senior' | 'trio' | 'person';

export interface FixAction {
  readonly action: FixStep;
  readonly reason: string;
}

/** A senior that always knows something more does not keep the trio from being asked. */
const seniorAtMost = 3;

export function firstFixState(now: number): FixState {
  return {
    since: now,
    attempts: 0,
    cost: 0,
    problem: undefined,
    seen: [],
    inVain: false,
    seniorAsked: 0,
    seniorDone: false,
    trioDone: false,
  };
}

/** Who is asked next, and why. Every way through it ends with a person, or with a version that works. */
export function nextFix(state: FixState, limits: FixLimits, helpers: Helpers, now: number): FixAction {
  const used = usedUp(state, limits, now);
  if (used) return { action: 'person', reason: used };
  if (!helpers.driver) return { action: 'person', reason: 'no agent is configured as the driver' };
  if (!state.inVain) return { action: 'driver', reason: attemptOf(state, limits) };
  if (helpers.senior && !state.seniorDone)
    return { action: 'senior', reason: 'the driver is stuck: the senior member is consulted' };
  if (helpers.trio && !state.trioDone)
    return { action: 'trio', reason: 'really stuck: the trio is consulted' };
  return { action: 'person', reason: 'neither the driver nor anybody who was consulted got any further' };
}

function usedUp(state: FixState, limits: FixLimits, now: number): string | undefined {
  if (state.attempts >= limits.maxAttempts)
    return `the driver has tried ${state.attempts} times, which is all that maxAttempts allows`;
  if (state.cost >= limits.maxCost)
    return `the agents have cost ${state.cost.toFixed(2)} USD, and maxCost is ${limits.maxCost} USD`;
  if (now - state.since >= limits.maxTime)
    return `it has gone on for ${Math.round((now - state.since) / 60_000)} minutes, and maxTime is ${Math.round(limits.maxTime / 60_000)}`;
  return undefined;
}

function attemptOf({ attempts }: FixState, { maxAttempts }: FixLimits): string {
  return `attempt ${attempts + 1} of ${maxAttempts}`;
}

/** Something does not work. A problem that was there before means that the last fix was none. */
export function met(state: FixState, problem: string): FixState {
  if (state.seen.includes(problem)) return { ...state, problem, inVain: true };
  return {
    ...state,
    problem,
    seen: [...state.seen, problem],
    inVain: false,
    seniorAsked: 0,
    seniorDone: false,
    trioDone: false,
  };
}

/** The driver has tried. Whether a fix helps is seen when it runs: then `met` says so. */
export function drove(state: FixState, { fixed }: { fixed: boolean }): FixState {
  return { ...state, attempts: state.attempts + 1, inVain: !fixed };
}

export function consulted(
  state: FixState,
  who: 'senior' | 'trio',
  { advice }: { advice: boolean },
): FixState {
  const asked = state.seniorAsked + (who === 'senior' ? 1 : 0);
  return {
    ...state,
    inVain: !advice,
    seniorAsked: asked,
    seniorDone: state.seniorDone || (who === 'senior' && (!advice || asked >= seniorAtMost)),
    trioDone: state.trioDone || who === 'trio',
  };
}

/** An agent was asked, whatever for. What is no amount does not count. */
export function alsoSpent(state: FixState, cost: number): FixState {
  return { ...state, cost: state.cost + (Number.isFinite(cost) && cost > 0 ? cost : 0) };
}

/** Time in which it was people's turn is not time that the agents have used. */
export function alsoWaited(state: FixState, waited: number, now: number): FixState {
  return { ...state, since: Math.min(now, state.since + waited) };
}
