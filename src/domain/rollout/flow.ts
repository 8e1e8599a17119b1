import type { ProductConfig } from '../config/schema.ts';
import { environmentOf } from '../environments/environment-of.ts';
import { missingEnvironments, productionOf } from '../environments/purpose.ts';
import type { ReleasePhase } from '../environments/phases.ts';
import { releasePhases } from '../environments/phases.ts';
import { approvalSteps, followUpSteps, retireStep, stepsInto } from '../environments/plan.ts';
import type { FactsOf } from '../flows/facts.ts';
import { defineFlow } from '../flows/flow.ts';
import type { PlannedStep } from '../flows/plan.ts';
import { stepsIn } from '../flows/plan.ts';
import type { Previewed } from '../flows/preview.ts';
import { comingSections, notFound, productTitle, sections } from '../flows/preview.ts';
import { stage } from '../flows/stages.ts';
import { unapprovable } from '../gates/unapprovable.ts';
import { rehearsalOfDelivery } from '../rollback/delivery-rehearsal.ts';
import type { RolloutInput } from './input.ts';
import { rolloutFields } from './input.ts';

/** A version that was released before, to production: approved, and by the steps of `rollout` as evidence lets it (SI-5). */
export const rolloutFlow = defineFlow({
  type: 'rollout',
  word: 'rollout',
  title: 'Rollout',
  when: 'a version that was released before goes to production, step by step',
  fields: rolloutFields,
  runId: ({ product, version = 'latest' }) =>
    `rollout/${product}/${/^\d/.test(version) ? 'v' : ''}${version}`,
  phases: releasePhases,
  plan: (config) => planRollout(config),
  needs: (config, { by }) => [
    ...missingEnvironments(config, ['production'], 'a rollout brings a version there'),
    ...unapprovable(config, productionOf(config), by),
  ],
  facts: {
    kind: 'released-version',
    of: (_config, { version }) => (version === undefined ? {} : { version }),
  },
  preview: previewRollout,
  question: (as) => `Start this rollout${as}?`,
  stages: {
    preparing: stage.preparing('stops what runs, ends as aborted; production is untouched'),
    production: stage.production(),
    'rolling-back': stage.rollingBack(),
    finalizing: stage.finalizing('production holds: the version before is stopped'),
    ended: stage.ended(),
  },
  historyType: 'Rollout',
  schedulable: false,
  rehearsal: {
    ...rehearsalOfDelivery(planRollout),
    opening: ({ main }) => ({
      name: { version: main.version },
      input: { version: main.version },
      released: main,
    }),
  },
});

function planRollout(config: ProductConfig): PlannedStep<ReleasePhase>[] {
  const to = productionOf(config);
  return [
    ...stepsIn('pre-release-verification', [['rollout.find', 'Find the version that was released']]),
    ...stepsIn('staging-deployment', approvalSteps(to)),
    ...stepsIn('production-deployment', [...stepsInto(config, to), retireStep(config, to)]),
    ...stepsIn('post-release', followUpSteps),
  ];
}

function previewRollout(
  config: ProductConfig,
  input: RolloutInput,
  found: FactsOf<'released-version'>,
): Previewed<RolloutInput> {
  const to = productionOf(config);
  if (!found.ok) return notFound(productTitle(config), { input, environment: to, reason: found.reason });
  const { version, commit, previousVersion, coming } = found.value;
  const past = coming.past.takenBack.some((each) => each.version === version)
    ? 'taken back before'
    : coming.past.released
      ? 'released before'
      : `a tag that ${to} never ran`;
  const steps = config.rollout?.steps.map(({ weight }) => `${weight} %`) ?? ['100 % at once'];
  return {
    ok: true,
    title: `${productTitle(config)} v${version}`,
    subtitle: `${past}, commit ${commit.slice(0, 7)}, to ${to}`,
    input: { ...input, version },
    version,
    commit,
    environment: to,
    sections: sections(
      { title: 'Traffic', lines: [steps.join(', ')], tone: 'faint' },
      ...comingSections(coming, { environment: to, previous: previousVersion ?? undefined }),
      {
        title: 'Where',
        lines: [environmentOf(config, to)?.url ?? ''].filter(Boolean),
        tone: 'faint',
      },
    ),
    missing: [],
  };
}
