import type { ProductConfig } from '../config/schema.ts';
import { environmentOf } from '../environments/environment-of.ts';
import { defaultEnvironment, productionOf } from '../environments/purpose.ts';
import type { FactsOf } from '../flows/facts.ts';
import { defineFlow } from '../flows/flow.ts';
import type { Previewed } from '../flows/preview.ts';
import { notFound, productTitle, sections } from '../flows/preview.ts';
import { stage } from '../flows/stages.ts';
import type { RollbackInput } from './input.ts';
import { rollbackFields } from './input.ts';
import { planManualRollback, planRollback, rollbackPhases } from './plan.ts';
import { undoesMigrations } from './way-back.ts';

/** Where a rollback takes place: production, unless somebody says otherwise. */
export const environmentToRollBack = ({
  environment = defaultEnvironment,
}: Pick<RollbackInput, 'environment'>) => environment;

/** An environment goes back to a version that held, once people have decided it (processes/deployment.md, "Manual Rollback Process"). */
export const rollbackFlow = defineFlow({
  type: 'rollback',
  word: 'rollback',
  title: 'Rollback',
  when: 'an environment goes back to a version that held, outside any run',
  fields: rollbackFields,
  runId: ({ product, environment = defaultEnvironment }) => `rollback/${product}/${environment}`,
  phases: rollbackPhases,
  plan: (_config, input) => planManualRollback(environmentToRollBack(input)),
  needs: (config, input) => {
    const name = environmentToRollBack(input);
    if (environmentOf(config, name)) return [];
    return [
      `there is no environment "${name}"; there are ${Object.keys(config.environments).join(', ') || 'none'}`,
    ];
  },
  facts: {
    kind: 'way-back',
    of: (_config, input) => ({
      environment: environmentToRollBack(input),
      version: input.version ?? 'previous',
    }),
  },
  preview: previewRollback,
  question: (as) => `Ask whether to roll back${as}?`,
  stages: {
    preparing: stage.preparing('stops what runs, ends as aborted; nothing was rolled back', {
      when: 'from the start to the decision',
      rollback: 'it rolls back once that is decided; answer its question',
    }),
    'rolling-back': stage.rollingBack(),
    ended: stage.ended(),
  },
  historyType: 'Rollback',
  schedulable: false,
  rehearsal: {
    environment: productionOf,
    steps: (config) => [
      ...planManualRollback(productionOf(config)),
      ...planRollback({ restore: true, undo: true, users: { smoke: true } }),
    ],
    traffic: () => undefined,
    measures: () => true,
    asksForApproval: false,
    hasGreen: false,
    bringsNew: false,
    opening: () => ({ name: {}, input: { reason: 'it is rehearsed' } }),
  },
});

function previewRollback(
  config: ProductConfig,
  input: RollbackInput,
  found: FactsOf<'way-back'>,
): Previewed<RollbackInput> {
  const name = environmentToRollBack(input);
  if (!found.ok) return notFound(productTitle(config), { input, environment: name, reason: found.reason });
  const way = found.value;
  const { current, to, migrations } = way;
  const undone = undoesMigrations(way, environmentOf(config, name)?.database?.undo !== undefined);
  return {
    ok: true,
    title: `${productTitle(config)} v${to.version}`,
    subtitle: `${name} goes back from v${current.version}`,
    input: { ...input, version: to.version },
    version: to.version,
    previousVersion: current.version,
    commit: to.commit,
    environment: name,
    sections: sections({
      title: 'Database',
      lines: [
        migrations.length === 0
          ? 'left as it is: no migrations lie between them'
          : undone
            ? 'every migration between them is undone:'
            : `left as it is: v${to.version} will run with migrations that it does not know:`,
        ...migrations,
      ],
      tone: migrations.length > 0 && !undone ? 'warn' : 'faint',
    }),
    missing: [],
  };
}
