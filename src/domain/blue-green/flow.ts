import type { ProductConfig } from '../config/schema.ts';
import { environmentOf, isWatched } from '../environments/environment-of.ts';
import type { FactsOf } from '../flows/facts.ts';
import { defineFlow } from '../flows/flow.ts';
import type { Planned } from '../flows/plan.ts';
import { stepsIn } from '../flows/plan.ts';
import type { Previewed } from '../flows/preview.ts';
import { productTitle, sections } from '../flows/preview.ts';
import { bySteps } from '../flows/rehearsal.ts';
import { stage } from '../flows/stages.ts';
import { unapprovable } from '../gates/unapprovable.ts';
import { planRollback } from '../rollback/plan.ts';
import type { BlueGreenInput } from './input.ts';
import { blueGreenFields } from './input.ts';
import { missingConfiguration } from './needs.ts';
import { blueGreenPhases, planBlueGreen, planStopGreen, untestedOf } from './plan.ts';
import { environmentOfGreen } from './settings.ts';
import { greenVersion } from '../versions/commit-version.ts';

/** A version is put beside the one that serves, mended, tested and reviewed there, and promoted (processes/blue-green.md). */
export const blueGreenFlow = defineFlow({
  type: 'blueGreen',
  word: 'blue-green',
  title: 'Blue/green',
  when: 'a commit is tried, mended and reviewed beside the version that serves, before it takes over',
  fields: blueGreenFields,
  runId: ({ product, version = 'unknown' }) => `blue-green/${product}/${version}`,
  phases: blueGreenPhases,
  plan: (config) => planBlueGreen(config, environmentOfGreen(config)),
  needs: (config, { by }) => [
    ...missingConfiguration(config),
    ...unapprovable(config, environmentOfGreen(config), by),
  ],
  facts: { kind: 'green-inputs', of: (_config, { ref }) => (ref === undefined ? {} : { ref }) },
  preview: previewBlueGreen,
  question: (as) => `Put it beside blue${as}, once that is approved?`,
  stages: {
    preparing: stage.preparing('stops what runs, ends as aborted; blue is untouched', {
      rollback: 'nothing runs beside blue yet; abort the run instead',
      when: 'from the start until a version is put beside the one that serves',
    }),
    green: stage.beside(),
    production: stage.production('gives the traffic back to blue'),
    finalizing: stage.finalizing(
      'blue is stopped: merge, delete the branch, write the notes',
      'brings the version before back',
    ),
    'rolling-back': stage.rollingBack(),
    ended: stage.ended(),
  },
  historyType: 'Blue/green',
  schedulable: false,
  rehearsal: {
    environment: environmentOfGreen,
    steps: (config) => [
      ...planBlueGreen(config, environmentOfGreen(config)),
      ...migrating(config),
      ...planStopGreen(true),
      ...planRollback({ restore: true, undo: true, users: { smoke: true } }),
    ],
    traffic: (config) =>
      config.blueGreen?.canary
        ? bySteps(config)
        : {
            weights: [],
            atOnce: `green of ${config.product} takes all of the traffic at once: blueGreen.canary is not set`,
          },
    measures: (config) => isWatched(config, environmentOfGreen(config)),
    asksForApproval: true,
    hasGreen: true,
    bringsNew: true,
    opening: ({ main, running }) => ({
      name: { version: greenVersion(running.version, main.commit) },
      input: {},
    }),
  },
});

/** Green's database is only changed where something is new for it. */
function migrating(config: ProductConfig) {
  const database = environmentOf(config, environmentOfGreen(config))?.database;
  if (!database?.migrate) return [];
  const steps: readonly Planned[] = [
    ['green.backup', 'Back up the database', (database.backup ?? database.postgres) !== undefined],
    [
      'green.prove-backup',
      'Prove that the backup can be restored',
      (database.verifyBackup ?? database.postgres) !== undefined,
    ],
    ['green.migrate', 'Run the migrations'],
  ];
  return stepsIn('pre-deployment-preparation', steps);
}

function previewBlueGreen(
  config: ProductConfig,
  input: BlueGreenInput,
  { commit, version, missing }: FactsOf<'green-inputs'>,
): Previewed<BlueGreenInput> {
  const environment = environmentOfGreen(config);
  const url = environmentOf(config, environment)?.url ?? '';
  const found = commit !== '';
  const untested = untestedOf(config, environment);
  return {
    ok: true,
    title: `${productTitle(config)}${found ? ` v${version}` : ''}`,
    subtitle: `${found ? `commit ${commit.slice(0, 10)}, ` : ''}beside what serves in ${environment}`,
    input: found ? { ...input, ref: commit } : input,
    ...(found ? { version, commit } : {}),
    environment,
    sections: sections(
      { title: 'Warning', lines: untested === undefined ? [] : [untested], tone: 'warn' },
      { title: 'Where', lines: url === '' ? [] : [`${environment} ${url}`], tone: 'faint' },
    ),
    missing,
  };
}
