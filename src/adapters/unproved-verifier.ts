import type { DecisionVerifier } from '../activities/ports/index.ts';

/** Takes a name as it is said: what `proof: none` means. The place where proofs of identity are checked. */
export function createUnprovedVerifier(): DecisionVerifier {
  return {
    verify: () => Promise.resolve({ ok: true, reason: 'the policy asks for no proof' }),
  };
}
