import { stepIds } from '../../domain/rollout/steps.ts';
import { targetOf } from '../environments/deployment.ts';
import { passGate } from '../gates/gates.ts';
import { RollbackWanted } from '../rollback/issues.ts';
import { effects } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import type { Rollout } from './rollout.ts';

/** The approval no longer covers what would take traffic. */
export class ApprovalVoid extends Error {
  override readonly name = 'ApprovalVoid';
  readonly objections: readonly string[];
  constructor(objections: readonly string[]) {
    super(`the approval is void: ${objections.join('; ')}`);
    this.objections = objections;
  }
}

/** Without an answer about a router that takes no weight, traffic goes back while that may still be possible. */
const routerAnswerWithin = 15 * 60_000;

/** Sets a weight. A router that is gone or does not take it is a question, for the traffic stays as it was meanwhile. */
export async function shift(run: Run, { deployment, approval }: Rollout, weight: number): Promise<void> {
  const id = stepIds(weight).shift;
  const request = {
    target: targetOf(deployment),
    weight,
    ...(approval ? { approval } : {}),
  };
  for (;;) {
    const outcome = await runStep(run, id, (ref) => effects.shift(ref, request));
    if (outcome.ok) return;
    if (outcome.value?.void) throw new ApprovalVoid(outcome.value.void);
    const end = await passGate(run, {
      id: `failed:${id}`,
      kind: 'question',
      statement: `The router does not give the new version ${weight} %: ${outcome.summary}`,
      details: 'The traffic stays as it was. Mend what is in the way, then retry; or roll back.',
      choices: [
        { id: 'retry', title: 'try again' },
        { id: 'rollback', title: 'roll back' },
      ],
      expiresAfter: routerAnswerWithin,
      onExpiry: `${deployment.name} is rolled back`,
    });
    if (end.action === 'expired' || end.choice === 'rollback')
      throw new RollbackWanted(
        `the router does not take the weight: ${outcome.summary} (${end.reason})`,
        'high',
      );
  }
}
