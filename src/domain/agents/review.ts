import type { Finding } from './answer.ts';
import { objects } from './answer.ts';
import { severities } from '../run/messages.ts';

/** The full code review (processes/blue-green.md, phase 4): many voices, one of three verdicts, derived from what was found. */
export interface Review {
  /** Such as `trio security`. */
  readonly by: string;
  /** Without one the reviewer did not come to an end, or answered with what is no review. */
  readonly verdict?: 'approve' | 'reject';
  readonly findings: readonly Finding[];
  readonly summary: string;
}

/** `consensus`: all approve. `majority`: more than half do. `veto`: nobody objects, and somebody approves. */
export type ReviewPolicy = 'consensus' | 'majority' | 'veto';

export interface ReviewVerdict {
  readonly verdict: 'major-flaws' | 'reasonable-fixes' | 'consensus';
  readonly reason: string;
  /** Each once, with the highest severity that anybody gave it, the worst first. */
  readonly findings: readonly Finding[];
}

/** More would be too much for the next agent's task. */
const findingsKept = 40;

export function judgeReviews(reviews: readonly Review[], policy: ReviewPolicy): ReviewVerdict {
  const absent = reviews.filter(({ verdict }) => verdict === undefined);
  const objecting = reviews.filter((review) => review.verdict !== undefined && objects(review));
  const approving = reviews.filter((review) => review.verdict !== undefined && !objects(review));
  const findings = merged([
    ...reviews.flatMap((review) => review.findings),
    ...absent.map(({ by, summary }) => ({
      severity: 'high' as const,
      title: `no review of ${by}`,
      detail: summary.slice(0, 500),
    })),
    // An objection that nothing was found for has to be readable somewhere.
    ...objecting
      .filter((review) => review.findings.length === 0)
      .map(({ by, summary }) => ({
        severity: 'high' as const,
        title: `${by} rejects it`,
        detail: summary.slice(0, 500),
      })),
  ]);
  const critical = findings.filter(({ severity }) => severity === 'critical');
  if (critical.length > 0)
    return {
      verdict: 'major-flaws',
      reason: `${critical.length} critical: ${titles(critical)}`,
      findings,
    };
  const counts = `${approving.length} of ${reviews.length} approve`;
  if (passes(policy, { approving: approving.length, objecting: objecting.length, all: reviews.length }))
    return { verdict: 'consensus', reason: `${counts} (${policy})`, findings };
  const who = [
    ...objecting.map(({ by }) => `${by} objects`),
    ...absent.map(({ by }) => `${by} gave no review`),
  ].join(', ');
  return {
    verdict: 'reasonable-fixes',
    reason: `${counts}, which is not enough (${policy})${who ? `: ${who}` : ''}`,
    findings,
  };
}

function passes(policy: ReviewPolicy, votes: { approving: number; objecting: number; all: number }): boolean {
  if (votes.approving === 0) return false;
  switch (policy) {
    case 'consensus':
      return votes.approving === votes.all;
    case 'majority':
      return votes.approving * 2 > votes.all;
    case 'veto':
      return votes.objecting === 0;
  }
}

function merged(findings: readonly Finding[]): Finding[] {
  const known = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.title}\n${finding.file ?? ''}`;
    const before = known.get(key);
    if (!before || rank(finding) < rank(before)) known.set(key, finding);
  }
  return [...known.values()].sort((a, b) => rank(a) - rank(b)).slice(0, findingsKept);
}

const rank = ({ severity }: Finding): number => severities.indexOf(severity);

function titles(findings: readonly Finding[]): string {
  const shown = findings.slice(0, 3).map(({ title }) => title);
  return `${shown.join('; ')}${findings.length > shown.length ? '; …' : ''}`;
}
