import type { ProductConfig } from '../../domain/config/schema.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { approvalTerms } from '../../domain/gates/approval-terms.ts';
import type { BundleSubject } from '../../domain/gates/bundle.ts';
import { acquireLockIfFree } from '../environments/lock.ts';
import { flush } from '../run/flush.ts';
import { RunEnded, stopIfInterrupted } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import type { GateEnd } from './gates.ts';
import { passGate } from './gates.ts';
import { decidedByPeople } from './people-step.ts';

export interface ApprovalRequest {
  /** Of the gate; the step is `approval.<gate>`. */
  readonly gate: string;
  /** Where it will go: whose policy says who decides, and what is kept free for it. */
  readonly environment: string;
  readonly config: ProductConfig;
  readonly statement: string;
  /** What people have to know, Markdown. */
  readonly details: string;
  /** What they decide on: exactly this. */
  readonly described: { readonly digest: string; readonly subject: BundleSubject };
  /** Where the commit is looked for again when it is deployed: a branch, a tag, or the commit itself. */
  readonly branch: string;
  /** What happens where nobody decides in time. */
  readonly onExpiry: string;
}

/** Asks people for an approval, and waits for it. Rejected or expired, the run ends here. */
export async function askApproval(run: Run, request: ApprovalRequest): Promise<Approval> {
  const { gate, described, branch } = request;
  const end = await decidedByPeople(run, `approval.${gate}`, () => open(run, request), isApproved);
  if (!isApproved(end)) throw new RunEnded('rejected', end.reason);
  return { gate, branch, startedBy: run.startedBy, ...described, votes: end.votes };
}

async function open(run: Run, request: ApprovalRequest): Promise<GateEnd> {
  const { gate, environment, config, statement, details, described, onExpiry } = request;
  // People may stop a run whose record can't be written for now.
  await Promise.race([flush(run), run.interruption]);
  stopIfInterrupted(run);
  await acquireLockIfFree(run, environment);
  return passGate(run, {
    id: gate,
    kind: 'approval',
    statement,
    details,
    digest: described.digest,
    ...approvalTerms(config.environments[environment]?.approval, config.people.groups, run.startedBy),
    choices: [
      { id: 'approve', title: 'approve' },
      { id: 'reject', title: 'reject' },
    ],
    onExpiry,
  });
}

function isApproved(end: GateEnd): boolean {
  return end.action === 'decided' && end.choice === 'approve';
}
