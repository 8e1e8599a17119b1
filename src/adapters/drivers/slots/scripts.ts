import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CommandResult,
  CommandRunner,
  DriverRequest,
  DriverResult,
  EffectContext,
  SourceRepository,
  Target,
} from '../../../activities/ports/index.ts';
import type { CommandConfig } from '../../../domain/config/schema.ts';
import { resultOfCommand } from '../command-result.ts';
import { slotsPaths } from './record.ts';

export interface SlotsDriverOptions {
  /** Where checkouts and the record are kept on this host; absolute. */
  readonly directory: string;
  readonly commands: CommandRunner;
  readonly git: SourceRepository;
}

/** The files of the target's commit. What was not used for long is removed (docs/limits.md). */
export async function checkout(
  { directory, git }: SlotsDriverOptions,
  source: DriverRequest['source'],
  target: Target,
): Promise<string> {
  const tree = join(slotsPaths(directory, target).checkouts, target.commit.slice(0, 12));
  await git.export(source, target.commit, tree);
  await utimes(tree, new Date(), new Date()).catch(() => undefined);
  return tree;
}

/** One command of the user's, told which slot it is about. One effect may have several: each has a key of its own. */
export async function runScript(
  options: SlotsDriverOptions,
  part: 'deploy' | 'rollback' | 'current',
  command: CommandConfig,
  { source, target }: Pick<DriverRequest, 'source' | 'target'>,
  context: EffectContext,
): Promise<{ readonly result: CommandResult; readonly outcome: DriverResult }> {
  const tree = await checkout(options, source, target);
  const result = await options.commands.run(
    { ...command, directory: join(tree, command.directory ?? '.'), target },
    {
      ...context,
      key: `${context.key}/${part}`,
      heartbeat: (details) => context.heartbeat(details),
    },
  );
  const what = `${part} of ${target.version} in ${target.slot ?? 'no slot'}`;
  return { result, outcome: resultOfCommand(what, result) };
}
