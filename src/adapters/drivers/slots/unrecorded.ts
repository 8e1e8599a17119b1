import type { Deployed, DriverRequest, EffectContext } from '../../../activities/ports/index.ts';
import { currentVersion } from '../script/current-version.ts';
import { sectionsOf } from './environment.ts';
import { runScript } from './scripts.ts';
import type { SlotsDriverOptions } from './scripts.ts';

/** What serves in a slot that nothing was deployed into from here; only the user's own command can know. */
export async function unrecorded(
  options: SlotsDriverOptions,
  slot: string,
  request: Pick<DriverRequest, 'target' | 'environment' | 'source'>,
  context: EffectContext,
): Promise<Deployed | undefined> {
  const command = sectionsOf(request).script.current;
  if (!command) return undefined;
  const target = { ...request.target, slot };
  const { result, outcome } = await runScript(options, 'current', command, { ...request, target }, context);
  if (!outcome.ok) {
    context.log.warn(`${outcome.summary}: it is not known what is in ${slot}`);
    return undefined;
  }
  return currentVersion(result, {
    recorded: undefined,
    slot,
    tags: () => options.git.tags(request.source),
  });
}
