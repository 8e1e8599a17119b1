import type { DescribedGreen } from '../../activities/blue-green/describe.ts';
import type { Approval } from '../../domain/gates/approval.ts';
import { renderGreenApproval } from '../../domain/blue-green/details.ts';
import { renderNoted, renderTakenBack } from '../../domain/gates/taken-back-details.ts';
import { firstFixState } from '../../domain/agents/escalation.ts';
import { fixesBranchName } from '../../domain/agents/fixes-branch.ts';
import type { BlueGreenInput } from '../../domain/blue-green/input.ts';
import { environmentOfGreen } from '../../domain/blue-green/settings.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { offTheClock } from '../agents/workpiece.ts';
import { own } from '../../domain/text/own.ts';
import { unapprovable } from '../../domain/gates/unapprovable.ts';
import { quick } from '../run/effects.ts';
import { askApproval } from '../gates/approval.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { runUntilDone, runStep } from '../run/steps.ts';
import { blocked } from '../run/blocked.ts';
import type { Green } from './green.ts';
import { versionOf } from './green.ts';

/** Phase 1, up to the deployment: every input is there, or the run ends with the list of what is missing. */
export async function prepare(run: Run, config: ProductConfig, asked: BlueGreenInput): Promise<Green> {
  const settings = config.blueGreen;
  const name = environmentOfGreen(config);
  const looked = await runStep(run, 'prepare.inputs', (ref) =>
    quick.checkInputs(ref, asked.ref ? { ref: asked.ref } : {}),
  );
  const inputs = looked.value;
  const environment = own(config.environments, name);
  if (!inputs || inputs.missing.length > 0 || !environment || !settings)
    throw new RunEnded('blocked', blocked(run, inputs?.missing.length ? inputs.missing : [looked.summary]));
  const unapproved = unapprovable(config, name, run.startedBy);
  if (unapproved.length > 0) throw new RunEnded('blocked', blocked(run, unapproved));
  run.found({ commit: inputs.commit, version: inputs.version });
  return {
    name,
    config,
    environment,
    settings,
    origin: inputs.commit,
    baseVersion: inputs.baseVersion,
    ref: asked.ref ?? config.repository.main,
    branch: fixesBranchName(run.product, run.firstRunId),
    commit: inputs.commit,
    previous: null,
    base: inputs.commit,
    newMigrations: [],
    changes: [],
    size: undefined,
    past: undefined,
    approval: undefined,
    placed: false,
    migrated: false,
    promoting: false,
    state: firstFixState(Date.now()),
    cost: 0,
    fixes: [],
    trial: undefined,
    issues: [],
    tests: [],
    rounds: 0,
    review: undefined,
  };
}

/** Reads afresh what stands at a gate: what serves, migrations, configuration. */
export async function describeFor(
  run: Run,
  green: Green,
  gate: 'green' | 'production',
): Promise<DescribedGreen> {
  const step = gate === 'green' ? 'green.describe' : 'approval.bundle';
  const commit = gate === 'green' ? green.origin : green.commit;
  for (;;) {
    const described = await runUntilDone(
      run,
      step,
      (ref) =>
        quick.describeGreen(ref, {
          environment: green.name,
          gate,
          version: versionOf(green),
          commit,
        }),
      { consequence: 'Blue serves as before.' },
    );
    if (!described.value) continue;
    const { config, previous, base, newMigrations, changes, size, past, subject } = described.value;
    const environment = own(config.environments, green.name);
    if (!environment) throw new RunEnded('failed', `${green.name} is no longer configured`);
    run.uses(config, subject.configurationDigest);
    Object.assign(green, { config, environment, previous, base, newMigrations, changes, size, past });
    run.found({ previousVersion: previous?.version });
    return described.value;
  }
}

/** Approval of gate `green`: this commit and its run's fixes may stand beside blue. It takes no traffic before a second one. */
export async function mayStandBeside(run: Run, green: Green, objections: readonly string[]): Promise<void> {
  const described = await describeFor(run, green, 'green');
  if (!green.environment.approval) return;
  green.approval = await ask(run, green, described, {
    gate: 'green',
    statement: `May ${run.product} ${green.origin.slice(0, 10)} and its fixes of this run be put beside blue in ${green.name}? It takes no traffic before a second approval.`,
    details: renderGreenApproval({
      product: run.product,
      environment: green.name,
      commit: green.origin,
      ref: green.ref,
      blue: green.previous?.version,
      changes: green.changes,
      size: green.size,
      takenBack: green.past ? renderTakenBack(green.past, green.name) : '',
      noted: green.past ? renderNoted(green.past) : '',
      newMigrations: green.environment.database?.migrate ? green.newMigrations : [],
      branch: green.branch,
      limits: green.settings,
      concerns: run.concerns,
      void: objections,
    }),
    branch: green.branch,
  });
}

interface Asking {
  readonly gate: 'green' | 'production';
  readonly statement: string;
  readonly details: string;
  readonly branch: string;
}

/** Opens the approval and waits for it. Rejected or expired, the run ends with it. */
export function ask(run: Run, green: Green, described: DescribedGreen, asking: Asking): Promise<Approval> {
  const { subject, digest } = described;
  return offTheClock(green, () =>
    askApproval(run, {
      ...asking,
      environment: green.name,
      config: green.config,
      described: { subject, digest },
      onExpiry: 'it is rejected, and blue serves as before',
    }),
  );
}
