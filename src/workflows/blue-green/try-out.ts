import type { Problem } from '../../domain/agents/problem.ts';
import { problemOf } from '../../domain/agents/problem.ts';
import { checksOf, suites, untestedOf } from '../../domain/blue-green/plan.ts';
import type { EffectOutcome } from '../../domain/run/effect-outcome.ts';
import { resolvePeople } from '../../domain/gates/gate.ts';
import { bullets } from '../../domain/text/markdown.ts';
import { offTheClock } from '../agents/workpiece.ts';
import { effects } from '../run/effects.ts';
import { targetOf } from '../environments/deployment.ts';
import { acquireLock } from '../environments/lock.ts';
import { passGate } from '../gates/gates.ts';
import { waitWhilePaused, RunEnded } from '../run/interrupt.ts';
import { notify } from '../run/notify.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import type { Green } from './green.ts';
import { blueOf, deploymentOf, versionOf } from './green.ts';
import { mayStandBeside } from './preparation.ts';

/** Redeploy to green; running? Then the test loop. Gives what does not work, or nothing where all of it does. */
export async function tryOut(run: Run, green: Green): Promise<Problem | undefined> {
  run.restartFrom('tests.');
  return (await deployGreen(run, green)) ?? (await testGreen(run, green));
}

/** Puts the commit beside blue. Where what was approved no longer covers that, people are asked again. */
async function deployGreen(run: Run, green: Green): Promise<Problem | undefined> {
  await offTheClock(green, () => acquireLock(run, green.name));
  for (;;) {
    await waitWhilePaused(run);
    run.enters('green');
    green.placed = true;
    run.found({ commit: green.commit, version: versionOf(green) });
    const deployment = deploymentOf(run, green);
    const request = {
      target: targetOf(deployment),
      green: true,
      ...(green.approval ? { approval: green.approval } : {}),
    };
    const deployed = await runStep(run, 'green.deploy', (ref) => effects.deploy(ref, request));
    const voided = deployed.value?.void;
    if (voided) {
      run.write('void', 'the approval is void', { objections: voided });
      await mayStandBeside(run, green, voided);
      continue;
    }
    if (!deployed.ok) return problemOf('green.deploy', deployed, pathOf(green));
    await migrate(run, green);
    const healthy = await runStep(run, 'green.verify', (ref) =>
      effects.verifyHealth(ref, { target: request.target, at: 'candidate' }),
    );
    await watchBlue(run, green);
    if (healthy.ok) return undefined;
    // What it printed last may say why.
    return problemOf(
      'green.verify',
      { ...healthy, ...(deployed.tail ? { tail: deployed.tail } : {}) },
      pathOf(green),
    );
  }
}

const pathOf = ({ environment }: Green) => ({ healthPath: environment.health.path });

/** Migrations that were approved run once, after a backup: blue uses the same database. */
async function migrate(run: Run, green: Green): Promise<void> {
  const { database } = green.environment;
  if (green.migrated || !database?.migrate || (green.newMigrations.length === 0 && database.migrations))
    return;
  const deployment = deploymentOf(run, green);
  const request = { target: targetOf(deployment), backup: deployment.backup };
  const steps = [
    ['green.backup', 'backup', database.backup ?? database.postgres, 'Back up the database'],
    ['green.prove-backup', 'verifyBackup', database.verifyBackup ?? database.postgres, 'Prove the backup'],
    ['green.migrate', 'migrate', database.migrate, 'Run the new migrations'],
  ] as const;
  for (const [id, action, configured, title] of steps) {
    if (!configured) continue;
    run.plan([{ id, phase: 'pre-deployment-preparation', title }]);
    const outcome = await runStep(run, id, (ref) => effects.database(ref, action, request));
    // The database is nothing for an agent to try things out on.
    if (!outcome.ok) throw new RunEnded('failed', `${title.toLowerCase()} failed: ${outcome.summary}`);
  }
  green.migrated = true;
}

/** Blue is watched too: that it serves is what makes all of this safe. */
export async function watchBlue(run: Run, green: Green): Promise<void> {
  const { previous } = green;
  if (!previous) return;
  const target = { ...targetOf(deploymentOf(run, green)), ...previous, previousVersion: undefined };
  const outcome = await runStep(run, 'blue.health', (ref) =>
    effects.verifyHealth(ref, { target, at: 'public' }),
  );
  if (outcome.ok) return;
  const says = `blue (${blueOf(green)}) does not serve as it should: ${outcome.summary}`;
  run.concern(says);
  notify(run, 'issue', `${run.product}: blue in ${green.name} is not well`, says);
}

/** All suites run, also where one fails: what is known then is known at once. */
async function testGreen(run: Run, green: Green): Promise<Problem | undefined> {
  const target = targetOf(deploymentOf(run, green));
  const problems: Problem[] = [];
  green.tests = [];
  const untested = untestedOf(green.config, green.name);
  if (untested !== undefined) run.concern(untested);
  for (const suite of suites) {
    const checks = checksOf(green.config, green.name, suite);
    if (checks.length === 0) continue;
    const outcome = await runStep(run, `tests.${suite}`, (ref) => effects.checkGreen(ref, { suite, target }));
    green.tests.push({ name: suite, ok: outcome.ok, summary: outcome.summary, ...outcome.value });
    const [first] = checks;
    if (!outcome.ok) problems.push(problemOf(`tests.${suite}`, outcome, first ? { command: first.run } : {}));
  }
  const health = await runStep(run, 'tests.health', (ref) =>
    effects.verifyHealth(ref, { target, at: 'candidate' }),
  );
  green.tests.push({ name: 'health', ok: health.ok, summary: health.summary });
  if (!health.ok) problems.push(problemOf('tests.health', health, pathOf(green)));
  return problems[0] ?? (await validate(run, green));
}

/** People try it out where the tests are not complete. */
async function validate(run: Run, green: Green): Promise<Problem | undefined> {
  const who = green.settings.manualValidation;
  if (!who) return undefined;
  const outcome = await offTheClock(green, () =>
    runStep(run, 'tests.manual', async (): Promise<EffectOutcome> => {
      run.awaitsPeople('tests.manual');
      const end = await passGate(run, {
        id: 'manual-validation',
        kind: 'task',
        statement: `Try ${run.product} v${versionOf(green)} out in green: does it do what it should?`,
        details: [
          `Commit \`${green.commit.slice(0, 10)}\`. It takes no traffic yet.`,
          bullets(green.tests.map(({ name, summary }) => `${name}: ${summary}`)),
          'Say in a comment what is wrong: it is the problem that is worked on next.',
        ].join('\n\n'),
        who: resolvePeople(who, green.config.people.groups),
        choices: [
          { id: 'pass', title: 'it does' },
          { id: 'fail', title: 'it does not' },
        ],
      });
      return { ok: end.action === 'decided' && end.choice === 'pass', summary: end.reason };
    }),
  );
  green.tests.push({ name: 'manual validation', ok: outcome.ok, summary: outcome.summary });
  return outcome.ok ? undefined : problemOf('tests.manual', outcome);
}
