import type { CheckStatus } from '../../activities/ports/code-host.ts';

/** What one check run or commit status says. */
export interface CheckSignal {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'pending';
}

const good = new Set(['success', 'neutral', 'skipped']);

/** A check run: green only where it has completed and its conclusion stops nobody. */
export function checkRunSignal(run: {
  name: string;
  status: string;
  conclusion: string | null;
}): CheckSignal {
  if (run.status !== 'completed') return { name: run.name, state: 'pending' };
  return { name: run.name, state: good.has(run.conclusion ?? '') ? 'passed' : 'failed' };
}

/** A commit status: `error` is a failure of the one who checks, and nothing was proved. */
export function statusSignal(status: { context: string; state: string }): CheckSignal {
  const state = status.state === 'success' ? 'passed' : status.state === 'pending' ? 'pending' : 'failed';
  return { name: status.context, state };
}

/** Of each context the newest status, which GitHub lists first. */
export function latestStatuses<T extends { context: string }>(newestFirst: readonly T[]): readonly T[] {
  const latest = new Map<string, T>();
  for (const status of newestFirst) if (!latest.has(status.context)) latest.set(status.context, status);
  return [...latest.values()];
}

/** The worst of all: failed before pending before passed; `none` where nothing reports. */
export function combineChecks(signals: readonly CheckSignal[]): CheckStatus {
  const notGreen = [
    ...new Set(signals.filter(({ state }) => state !== 'passed').map(({ name }) => name)),
  ].sort();
  if (signals.length === 0) return { state: 'none', notGreen };
  if (signals.some(({ state }) => state === 'failed')) return { state: 'failed', notGreen };
  return { state: notGreen.length > 0 ? 'pending' : 'passed', notGreen };
}
