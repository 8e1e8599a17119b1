import type { Evidence, Finding, RuleLimits } from './evidence.ts';

/** What is remembered of a rule at the present step. */
export interface RuleTally {
  /** Bad findings at this step. */
  readonly bad: number;
  /** Errors and looks without data in a row, up to now. */
  readonly errorsInARow: number;
  readonly blindInARow: number;
  /** Good or bad findings at this step. */
  readonly seen: number;
  readonly last: string;
}

/** Where a rollout stands, as the decision needs it. Plain JSON. */
export interface RolloutState {
  /** Index into the plan's steps. */
  readonly step: number;
  /** Milliseconds of this step during which everything could be seen: time without data proves nothing. */
  readonly watched: number;
  /** Requests of the new version at this step. */
  readonly requests: number;
  /** Failed health checks in a row, also across steps. */
  readonly unhealthyInARow: number;
  readonly lastHealthy: boolean;
  readonly tallies: Readonly<Record<string, RuleTally>>;
  /** A person said go on at this step. */
  readonly confirmed: boolean;
  /** A person said: all the way, without waiting (audited). */
  readonly promotedFully: boolean;
  readonly paused: boolean;
  /** Evidence spoke against the version: from then on no weight rises. */
  readonly breached: boolean;
}

const untouched: RuleTally = {
  bad: 0,
  errorsInARow: 0,
  blindInARow: 0,
  seen: 0,
  last: 'nothing was measured yet',
};

export const firstState: RolloutState = {
  step: 0,
  watched: 0,
  requests: 0,
  unhealthyInARow: 0,
  lastHealthy: false,
  tallies: {},
  confirmed: false,
  promotedFully: false,
  paused: false,
  breached: false,
};

/** The next step begins: what was counted at the last one does not count there. */
export function nextStep(state: RolloutState): RolloutState {
  const { unhealthyInARow, lastHealthy, promotedFully, paused, breached } = state;
  return {
    ...firstState,
    step: state.step + 1,
    unhealthyInARow,
    lastHealthy,
    promotedFully,
    paused,
    breached,
  };
}

/** Adds one look to what is known. */
export function note(state: RolloutState, evidence: Evidence, rules: readonly RuleLimits[]): RolloutState {
  const findingOf = (name: string): Finding =>
    evidence.findings[name] ?? { kind: 'no-data', reason: 'nobody looked' };
  const sighted = rules.every(({ name, dryRun }) => dryRun || says(findingOf(name)));
  return {
    ...state,
    tallies: Object.fromEntries(
      rules.map(({ name }) => [name, tally(state.tallies[name] ?? untouched, findingOf(name))]),
    ),
    watched: state.watched + (sighted ? Math.max(0, evidence.elapsed) : 0),
    requests: state.requests + Math.max(0, evidence.requests ?? 0),
    unhealthyInARow: evidence.health.ok ? 0 : state.unhealthyInARow + 1,
    lastHealthy: evidence.health.ok,
  };
}

function tally(before: RuleTally, finding: Finding): RuleTally {
  return {
    bad: before.bad + (finding.kind === 'bad' ? 1 : 0),
    errorsInARow: finding.kind === 'error' ? before.errorsInARow + 1 : 0,
    blindInARow: says(finding) ? 0 : before.blindInARow + 1,
    seen: before.seen + (says(finding) ? 1 : 0),
    last: finding.reason,
  };
}

const says = ({ kind }: Finding): boolean => kind === 'good' || kind === 'bad';
