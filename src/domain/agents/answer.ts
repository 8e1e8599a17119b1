/** `done`; `stuck`: it can't go on by itself; `needs-input`: a person has to answer first; `failed`: nothing to rely on. */
export type AgentStatus = 'done' | 'stuck' | 'needs-input' | 'failed';

export interface Finding {
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  readonly title: string;
  readonly detail?: string;
  /** Relative to the work directory. */
  readonly file?: string;
}

/** What came of a task, as a run goes on with it. Long texts and lists are cut off: they go on into other tasks. */
export interface AgentAnswer {
  readonly status: AgentStatus;
  /** For people; where the status is `failed`, what was wrong. */
  readonly summary: string;
  readonly findings: readonly Finding[];
  /** Paths relative to the work directory; each was seen to exist. */
  readonly artifacts: readonly string[];
  /** Where the task asks for one. It can object; it never authorises. */
  readonly verdict?: 'approve' | 'reject';
  /** US dollars. */
  readonly cost?: number;
  /** Prose, where the task asks for it. */
  readonly text?: string;
}

/** Nothing to rely on came of it. */
export function noAnswer(summary: string): AgentAnswer {
  return { status: 'failed', summary, findings: [], artifacts: [] };
}

/** Findings that are objections by themselves, whatever verdict stands beside them. */
export function seriousOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'critical' || severity === 'high');
}

/** What an agent says counts by its findings: a serious one objects, whatever verdict stands beside it. */
export function objects({
  verdict,
  findings,
}: {
  readonly verdict?: 'approve' | 'reject';
  readonly findings: readonly Finding[];
}): boolean {
  return verdict === 'reject' || seriousOf(findings).length > 0;
}
