import type { EnvironmentConfig } from '../config/schema.ts';
import { eligible, resolvePeople } from './gate.ts';

type ApprovalPolicy = NonNullable<EnvironmentConfig['approval']>;
type Groups = Readonly<Record<string, readonly string[]>>;

/** Who decides on an approval, how many of them, and until when. Times are milliseconds from its opening on. */
export interface ApprovalTerms {
  /** Empty: everybody whom the configuration names. */
  readonly who: readonly string[];
  readonly quorum: number;
  /** The one who started the run, where that one may not decide. */
  readonly excluded?: string;
  readonly remindAfter?: number;
  readonly escalateAfter?: number;
  readonly escalateTo?: readonly string[];
  readonly expiresAfter?: number;
}

/** As an environment's policy has it; without one, any person who is known decides, and there is no limit. */
export function approvalTerms(
  policy: ApprovalPolicy | undefined,
  groups: Groups,
  startedBy: string,
): ApprovalTerms {
  if (!policy) return { who: [], quorum: 1 };
  return {
    who: resolvePeople(policy.from, groups),
    quorum: policy.quorum,
    ...(policy.allowStarter ? {} : { excluded: startedBy }),
    remindAfter: policy.remindAfter,
    escalateAfter: policy.escalateAfter,
    escalateTo: policy.escalateTo,
    expiresAfter: policy.expires,
  };
}

/** Those who may decide, by name; nobody where no policy names any. */
export function approversOf(policy: ApprovalPolicy | undefined, groups: Groups, startedBy: string): string[] {
  const { who, excluded } = approvalTerms(policy, groups, startedBy);
  return eligible(who, excluded);
}
