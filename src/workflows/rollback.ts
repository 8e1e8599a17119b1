import { renderWayBack, undoesMigrations } from '../domain/rollback/way-back.ts';
import type { WayBack } from '../domain/rollback/way-back.ts';
import type { EnvironmentConfig, ProductConfig } from '../domain/config/schema.ts';
import { resolvePeople } from '../domain/gates/gate.ts';
import type { RollbackInput } from '../domain/rollback/input.ts';
import { environmentOf } from '../domain/environments/environment-of.ts';
import { environmentToRollBack, rollbackFlow } from '../domain/rollback/flow.ts';
import type { RunResult } from '../domain/run/status.ts';
import { quick } from './run/effects.ts';
import { acquireLock, acquireLockIfFree } from './environments/lock.ts';
import { runFlow } from './run/frame.ts';
import type { GateEnd } from './gates/gates.ts';
import { passGate } from './gates/gates.ts';
import { decidedByPeople } from './gates/people-step.ts';
import { RunEnded } from './run/interrupt.ts';
import { goBack } from './rollback/go-back.ts';
import type { Run } from './run/run.ts';
import { runStep } from './run/steps.ts';
import { blocked } from './run/blocked.ts';

/** Nobody answers: nothing is done, and that is said. */
const decideWithin = 60 * 60_000;

/** Issue detected, a human decides: back to a version that held, or a hotfix (processes/deployment.md, "Manual Rollback Process"). */
export async function rollback(input: unknown): Promise<RunResult> {
  return runFlow(rollbackFlow, input, async (run, config, asked) => {
    const name = environmentToRollBack(asked);
    const environment = environmentOf(config, name);
    if (!environment)
      throw new RunEnded('failed', `invalid input: ${rollbackFlow.needs(config, asked).join('; ')}`);
    run.found({ environment: name });
    run.plan(rollbackFlow.plan(config, asked));
    const way = await find(run, name, asked);
    run.found({
      version: way.to.version,
      previousVersion: way.current.version,
      commit: way.to.commit,
    });
    const undo = undoesMigrations(way, environment.database?.undo !== undefined);
    const changing = await acquireLockIfFree(run, name);
    const decided = await decide(run, config, environment, { way, asked, changing });
    await acquireLock(run, name, { emergency: true });
    const now = await find(run, name, { ...asked, version: way.to.version });
    if (now.current.version !== way.current.version)
      throw new RunEnded(
        'blocked',
        blocked(run, [
          `${name} runs v${now.current.version} by now, and not v${way.current.version} as it did when this was decided: decide again`,
        ]),
      );
    const { outcome, summary } = await goBack(run, {
      deployment: {
        name,
        environment,
        product: run.product,
        version: way.current.version,
        commit: way.current.commit,
        previousVersion: way.to.version,
        backup: name,
      },
      previous: way.to,
      reason: `${asked.reason ?? 'rolled back by hand'} (${decided})`,
      severity: 'high',
      cause: asked.cause,
      // Data is restored from a backup only by the run that made it.
      migrated: false,
      config,
      undo,
    });
    if (outcome !== 'rolled-back') throw new RunEnded(outcome, summary);
    return summary;
  });
}

async function find(
  run: Run,
  environment: string,
  { version = 'previous' }: RollbackInput,
): Promise<WayBack> {
  const found = await runStep(run, 'decide.find', (ref) => quick.findWayBack(ref, { environment, version }));
  if (!found.value) throw new RunEnded('blocked', blocked(run, [found.summary]));
  return found.value;
}

interface Asking {
  readonly way: WayBack;
  readonly asked: RollbackInput;
  /** The run that is changing the environment just now, where there is one. */
  readonly changing: string | undefined;
}

/** Somebody in a hurry must not wait behind the very rollout that is to be taken back. */
const insteadOf = (changing: string): string =>
  `**${changing} is changing it just now**, and this waits until that has ended. To take back what it does, at once: \`sluice rollback ${changing}\`.`;

/** [HUMAN DECISION: ROLLBACK?] Gives who decided it. No means a hotfix, and what to do for one. */
async function decide(
  run: Run,
  config: ProductConfig,
  environment: EnvironmentConfig,
  { way, asked, changing }: Asking,
): Promise<string> {
  const open = (): Promise<GateEnd> =>
    passGate(run, {
      id: 'rollback',
      kind: 'question',
      statement: `Roll ${run.product} in ${run.environment ?? ''} back from v${way.current.version} to v${way.to.version}?${asked.reason ? ` ${asked.reason}` : ''}`,
      details: [
        ...(changing === undefined ? [] : [insteadOf(changing)]),
        renderWayBack(way, environment.database?.undo !== undefined),
      ].join('\n\n'),
      who: resolvePeople(environment.approval?.from ?? [], config.people.groups),
      choices: [
        { id: 'rollback', title: 'roll back' },
        { id: 'hotfix', title: 'no: a hotfix' },
      ],
      expiresAfter: decideWithin,
      onExpiry: 'nothing is done',
    });
  // That nobody decided is an answer too.
  const end = await decidedByPeople(run, 'decide.gate', open, () => true);
  if (end.action === 'expired') throw new RunEnded('rejected', `not rolled back: ${end.reason}`);
  if (end.choice === 'hotfix')
    throw new RunEnded(
      'rejected',
      `not rolled back: ${end.reason}. Next: diagnose, fix it on main, and release it with sluice start release --product ${run.product} --bump patch`,
    );
  return end.reason;
}
