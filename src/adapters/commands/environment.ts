import type { CommandSpec, EffectContext } from '../../activities/ports/index.ts';
import { programEnvironment } from '../programs/environment.ts';

/**
 * The whole environment of a command: the machine's basics, what the configuration passes on by name, its own
 * variables, and the context, which nothing can override.
 */
export function commandEnvironment(
  spec: Pick<CommandSpec, 'pass' | 'target'>,
  context: Pick<EffectContext, 'run' | 'step' | 'key'>,
  resolved: Readonly<Record<string, string>>,
  parent: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    // Output goes to files: no colours, no cursor movements.
    TERM: 'dumb',
    NO_COLOR: '1',
    ...programEnvironment(parent, (name) => spec.pass.includes(name)),
    ...resolved,
    ...contextVariables(spec, context),
  };
}

function contextVariables(
  { target }: Pick<CommandSpec, 'target'>,
  { run, step, key }: Pick<EffectContext, 'run' | 'step' | 'key'>,
): Record<string, string> {
  const variables: Record<string, string | number | undefined> = {
    SLUICE_RUN: run,
    SLUICE_STEP: step,
    SLUICE_IDEMPOTENCY_KEY: key,
    SLUICE_PRODUCT: target?.product,
    SLUICE_ENVIRONMENT: target?.environment,
    SLUICE_SLOT: target?.slot,
    SLUICE_VERSION: target?.version,
    SLUICE_COMMIT: target?.commit,
    SLUICE_PREVIOUS_VERSION: target?.previousVersion,
    SLUICE_WEIGHT: target?.weight,
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
