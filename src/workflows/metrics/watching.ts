import type { Monitored } from '../../activities/metrics/monitor.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import type { Issue } from '../../domain/run/severity.ts';
import { effects } from '../run/effects.ts';
import type { targetOf } from '../environments/deployment.ts';
import { capitalized } from '../../domain/text/capitalized.ts';
import { passGate } from '../gates/gates.ts';
import { judgeIssue, RollbackWanted } from '../rollback/issues.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';

/** Watches until the whole monitoring time went by without new evidence. What people leave to a hotfix is watched around. */
export async function watchUntilSeen(
  run: Run,
  step: string,
  environment: EnvironmentConfig,
  target: ReturnType<typeof targetOf>,
): Promise<EffectOutcome<Monitored>> {
  const known: Issue['kind'][] = [];
  for (;;) {
    const request = { target, known: [...known] };
    const outcome = await runStep(run, step, (ref) => effects.monitor(ref, request));
    if (outcome.value) run.traffic.shows(outcome.value.samples);
    const issue = outcome.value?.issue;
    if (issue) {
      await judgeIssue(run, environment, issue);
      if (!known.includes(issue.kind)) known.push(issue.kind);
    } else if (outcome.ok) return outcome;
    else {
      const accepted = await askWhetherToGoOn(run, target.environment, step, outcome.summary);
      if (accepted) return { ...outcome, ok: true, summary: accepted };
    }
  }
}

/**
 * Nobody could watch: that is no evidence against the version, and none for it either.
 * @returns who answered for the version, where a person did; otherwise it is watched again
 */
async function askWhetherToGoOn(
  run: Run,
  name: string,
  step: string,
  why: string,
): Promise<string | undefined> {
  const end = await passGate(run, {
    id: `failed:${step}`,
    kind: 'question',
    statement: `${capitalized(name)} could not be watched: ${why}`,
    details:
      'The new version serves, and nobody knows how well. Mend what is in the way and watch again; or look yourself, and answer for it; or roll back.',
    choices: [
      { id: 'retry', title: 'watch again' },
      { id: 'accept', title: 'go on: I have looked myself' },
      { id: 'rollback', title: 'roll back' },
    ],
  });
  if (end.action === 'decided' && end.choice === 'rollback')
    throw new RollbackWanted(`${name} could not be watched: ${why} (${end.reason})`, 'high');
  if (end.action === 'expired' || end.choice !== 'accept') return undefined;
  const accepted = `${why}; ${end.by.join(', ')} looked and answered for it`;
  run.concern(`${name} was not watched by Sluice: ${accepted}`);
  run.end(step, 'succeeded', accepted);
  return accepted;
}
