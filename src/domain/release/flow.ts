import { missingEnvironments, productionOf } from '../environments/purpose.ts';
import type { ProductConfig } from '../config/schema.ts';
import { unapprovable } from '../gates/unapprovable.ts';
import type { NextRelease } from '../flows/facts.ts';
import { defineFlow } from '../flows/flow.ts';
import type { Previewed } from '../flows/preview.ts';
import { comingSections, merged, productTitle, sections } from '../flows/preview.ts';
import { stage } from '../flows/stages.ts';
import { rehearsalOfDelivery } from '../rollback/delivery-rehearsal.ts';
import { compareWithExpected } from './expected.ts';
import type { ReleaseInput } from './input.ts';
import { releaseFields } from './input.ts';
import { releasePhases } from '../environments/phases.ts';
import { planRelease } from './plan.ts';

/** A version made from main, through staging to production (processes/release.md). */
export const releaseFlow = defineFlow({
  type: 'release',
  word: 'release',
  title: 'Release',
  when: 'what is on main becomes a new version and goes through staging to production',
  fields: releaseFields,
  rules: ({ version, bump }) =>
    version !== undefined && bump !== undefined && bump !== 'auto'
      ? ['say either "version" or "bump", not both']
      : [],
  runId: ({ product, version = '' }) => `release/${product}/v${version.replace(/^v/, '')}`,
  phases: releasePhases,
  plan: (config) => planRelease(config),
  needs: (config, { by }) => [
    ...missingEnvironments(config, ['staging', 'production'], 'a release goes through staging to production'),
    ...unapprovable(config, productionOf(config), by),
  ],
  facts: { kind: 'next-release', of: (_config, { bump, version, preid }) => asked({ bump, version, preid }) },
  preview: previewRelease,
  question: (as) => `Start this release${as}?`,
  stages: {
    preparing: stage.preparing(
      'stops what runs, removes the release branch, ends as aborted; production is untouched',
    ),
    production: stage.production(),
    'rolling-back': stage.rollingBack(),
    finalizing: stage.finalizing('production holds: merge, tag, publish, delete the branch'),
    ended: stage.ended(),
  },
  historyType: 'Release',
  blockedTitle: (product) => `${product} can't be released yet`,
  schedulable: true,
  rehearsal: {
    ...rehearsalOfDelivery((config) => planRelease(config)),
    opening: ({ main }) => ({ name: { version: main.version }, input: {} }),
  },
});

/** Without what was not said. */
function asked(wanted: { [K in 'bump' | 'version' | 'preid']: ReleaseInput[K] | undefined }) {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) as Pick<
    ReleaseInput,
    'bump' | 'version' | 'preid'
  >;
}

function previewRelease(
  config: ProductConfig,
  input: ReleaseInput,
  { version: decided, commit, coming, blockers, concerns, unreleased }: NextRelease,
): Previewed<ReleaseInput> {
  if (!decided.ok) return { ok: false, problems: decided.problems.map(({ message }) => message) };
  const { version, previous, bump, reasons, warnings } = decided;
  const confirmed = compareWithExpected(input.expected, { version, commit });
  if (confirmed.blockers.length > 0) return { ok: false, problems: confirmed.blockers };
  const from = previous ? `${bump}, after v${previous}` : 'its first release';
  const title = `${productTitle(config)} v${version}`;
  const environment = productionOf(config);
  const told = coming ? comingSections(coming, { environment, previous }) : [];
  return {
    ok: true,
    title,
    subtitle: `${from}, commit ${commit.slice(0, 7)}`,
    input: { ...input, expected: input.expected ?? { version, commit } },
    version,
    ...(previous ? { previousVersion: previous } : {}),
    commit,
    environment: productionOf(config),
    sections: sections(
      { title: 'Why', lines: reasons, tone: 'faint' },
      { title: 'Blocked by', lines: blockers, tone: 'warn' },
      ...merged(
        {
          title: 'Warning',
          lines: [...warnings, ...concerns, ...confirmed.concerns, ...unreleased],
          tone: 'warn',
        },
        told,
      ),
      {
        title: 'Where',
        lines: Object.entries(config.environments).map(([name, { url }]) => `${name} ${url}`),
        tone: 'faint',
      },
    ),
    missing: [],
    about: {
      staticSummary: `Release ${title}`,
      staticDetails: [
        `**${title}** (${previous ? `from v${previous}` : 'its first release'}), commit \`${commit.slice(0, 12)}\``,
        '',
        ...reasons.map((reason) => `- ${reason}`),
      ].join('\n'),
    },
  };
}
