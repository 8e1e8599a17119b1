import { ActivityFailure } from '@temporalio/workflow';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';
import { planRelease } from '../../domain/release/plan.ts';
import { bullets } from '../../domain/text/markdown.ts';
import { passGate } from '../gates/gates.ts';
import { answerOf, reasonAgainst } from '../run/answered.ts';
import { quick } from '../run/effects.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { prepareAgain } from './preparation.ts';
import type { Staged } from './staged.ts';

/** Where main stands, and how the product is configured, at one moment. */
export interface Main {
  readonly config: ProductConfig;
  readonly head: string;
}

/** Asks for a fix until there is one: gives where main stands then, and how the product is configured then. */
export async function askForFix(run: Run, staged: Staged, failure: string): Promise<Main> {
  let problem = `Staging failed: ${failure}`;
  for (;;) {
    const end = await passGate(run, {
      id: 'staging-failed',
      kind: 'question',
      statement: problem,
      details: [
        `v${staged.version} was made from \`${staged.candidate.base.slice(0, 10)}\`. Investigate and fix; then retry.`,
        'If main has a new commit by then, the release is made again from it, in this run, and the commit is shown. A changed configuration counts from then on.',
      ].join('\n\n'),
      choices: [
        { id: 'retry', title: 'retry' },
        { id: 'abort', title: 'give the release up' },
      ],
    });
    if (end.action === 'expired' || end.choice === 'abort')
      throw new RunEnded('aborted', `staging failed (${failure}); ${end.reason}`);
    const fixed = await lookForFix(run, staged);
    if (typeof fixed !== 'string') return fixed;
    problem = `Staging failed, and the fix can't be looked at: ${fixed}`;
  }
}

/** Main and the configuration as they are now; or why they can't be read. */
export async function lookForFix(run: Run, staged: Staged): Promise<Main | string> {
  try {
    const loaded = answerOf('loadProduct', await quick.loadProduct(run.product));
    if (!loaded.ok) return loaded.problems.join('; ');
    const head = answerOf('headOfMain', await quick.headOfMain(run.product));
    run.uses(loaded.config, loaded.digest);
    run.plan(planRelease(loaded.config));
    if (head.commit !== staged.candidate.base) {
      const note = `main moved from ${staged.candidate.base.slice(0, 10)} to ${head.commit.slice(0, 10)}: ${head.subject}`;
      run.concern(note);
      run.write('new-commit', note, { from: staged.candidate.base, to: head.commit });
    }
    return { config: loaded.config, head: head.commit };
  } catch (error) {
    if (error instanceof ActivityFailure) return error.cause?.message ?? error.message;
    throw error;
  }
}

/** As it can be read now; where it can't, the old one goes on and the approvers are told why. */
async function configurationNow(run: Run): Promise<ProductConfig | undefined> {
  const loaded = await quick.loadProduct(run.product).catch((error: unknown) => {
    if (error instanceof ActivityFailure)
      return { ok: false as const, problems: [error.cause?.message ?? error.message] };
    throw error;
  });
  const reason = reasonAgainst('loadProduct', loaded);
  if (reason !== undefined || !loaded.ok) {
    const problems = reason === undefined && !loaded.ok ? loaded.problems : [reason ?? ''];
    run.concern(`the configuration can't be read anew: ${problems.join('; ')}`);
    return undefined;
  }
  run.uses(loaded.config, loaded.digest);
  return loaded.config;
}

/** The fix goes through phase 1 like any commit; what blocks it now is a question again, for the run goes on. */
export async function prepareAfterFix(run: Run, config: ProductConfig, asked: ReleaseInput): Promise<Staged> {
  let current = config;
  for (;;) {
    try {
      return await prepareAgain(run, current, asked);
    } catch (error) {
      if (!(error instanceof RunEnded) || error.outcome !== 'blocked') throw error;
      const end = await passGate(run, {
        id: 'fix-blocked',
        kind: 'question',
        statement: `The fix is not ready: ${error.message}`,
        details: bullets(run.blockers),
        choices: [
          { id: 'retry', title: 'look again' },
          { id: 'abort', title: 'give the release up' },
        ],
      });
      if (end.action === 'expired' || end.choice === 'abort')
        throw new RunEnded('aborted', `${error.message}; ${end.reason}`);
      run.blockedBy([]);
      current = (await configurationNow(run)) ?? current;
    }
  }
}
