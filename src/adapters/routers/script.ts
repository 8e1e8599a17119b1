import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type {
  CommandResult,
  CommandRunner,
  EffectContext,
  Target,
  TrafficRouter,
} from '../../activities/ports/index.ts';
import { TrafficRouterProblem } from '../../activities/ports/index.ts';
import type { CommandConfig } from '../../domain/config/schema.ts';
import type { RouterConfig } from '../../domain/config/router-schema.ts';
import { checkShares, inWords, sameShares } from './shares.ts';
import type { Shares } from './shares.ts';

export interface ScriptRouterOptions {
  readonly commands: CommandRunner;
  /** The directory with the files of a target's commit: where the commands run. */
  readonly checkout: (target: Target) => Promise<string>;
}

type ScriptConfig = NonNullable<RouterConfig['script']>;

/** Shares traffic with two commands of the user's: `set` is told what to set, `get` prints what is (docs/routers.md). */
export function createScriptRouter(
  config: ScriptConfig,
  { commands, checkout }: ScriptRouterOptions,
): TrafficRouter {
  async function run(
    part: string,
    command: CommandConfig,
    target: Target,
    context: EffectContext,
    weights?: string,
  ): Promise<CommandResult> {
    const tree = await checkout(target);
    const result = await commands.run(
      {
        ...command,
        directory: join(tree, command.directory ?? '.'),
        target,
        env: { ...command.env, ...(weights === undefined ? {} : { SLUICE_WEIGHTS: weights }) },
        // Both say or ask how it is to be in the end: whoever does not know whether they ran runs them again.
        idempotent: true,
      },
      {
        ...context,
        step: `${context.step}.router`,
        key: `${context.key}/router.${part}`,
        heartbeat: (details) => context.heartbeat(details),
      },
    );
    if (result.end === 'cancelled') context.signal.throwIfAborted();
    return result;
  }

  const read = async (target: Target, context: EffectContext): Promise<Shares> => {
    // Every look is a new one: an earlier attempt's may be out of date.
    const result = await run(`get.${randomUUID()}`, config.get, target, context);
    return sharesOf(result);
  };

  return {
    read,

    async set(shares, target, context) {
      checkShares(shares);
      // A look that fails tells nothing, as before the first time; the one after it counts.
      const before = await read(target, context).catch((error: unknown) => {
        if (error instanceof TrafficRouterProblem) return undefined;
        throw error;
      });
      if (before && sameShares(shares, before)) return;
      const weights = JSON.stringify(shares);
      const result = await run(`set.${inWords(shares)}`, config.set, target, context, weights);
      if (result.exitCode !== 0)
        throw new TrafficRouterProblem(
          `router.script.set did not set ${inWords(shares)}: ${result.summary}${lastWords(result)}. Mend the command, then try again`,
        );
      const found = await read(target, context);
      if (!sameShares(shares, found))
        throw new TrafficRouterProblem(
          `the router has other weights than it was given: wanted ${inWords(shares)}, found ${inWords(found)}. See what else sets them, or why router.script.set does not, then try again`,
        );
    },

    // Only the program behind the commands knows what is open.
    drain: () => Promise.resolve(undefined),
  };
}

/** What a `get` said: its last line is a JSON object of slot → percent. */
function sharesOf(result: CommandResult): Shares {
  if (result.exitCode !== 0)
    throw new TrafficRouterProblem(
      `router.script.get could not say how the traffic is shared: ${result.summary}${lastWords(result)}. Mend the command, then try again`,
    );
  const entries = Object.entries(result.outputs ?? {});
  const shares = entries.filter((entry): entry is [string, number] => isShare(entry[1]));
  if (entries.length === 0 || shares.length < entries.length)
    throw new TrafficRouterProblem(
      `router.script.get must print as its last line a JSON object of slot and percent, such as {"blue":90,"green":10}; it printed ${JSON.stringify(lastLine(result.stdoutTail).slice(0, 200))}`,
    );
  return Object.fromEntries(shares);
}

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 100;

function lastWords({ stderrTail, stdoutTail }: CommandResult): string {
  const line = lastLine(stderrTail) || lastLine(stdoutTail);
  return line ? ` (${line.slice(0, 200)})` : '';
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
