import type { ProductConfig } from '../../domain/config/schema.ts';
import type { ComingChanges } from '../../domain/flows/facts.ts';
import { asLook } from '../context.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext, SourceRef } from '../ports/index.ts';
import { DriverProblem } from '../ports/index.ts';
import { runningIn } from '../environments/running.ts';
import { pastOf } from '../records/past.ts';
import { includedSince } from './included.ts';

/** What a version would bring to an environment: counted from what that runs, with what was taken back before. Reads only. */
export async function changesToward(
  deps: Deps,
  { config, source }: { readonly config: ProductConfig; readonly source: SourceRef },
  asked: {
    readonly environment: string;
    readonly version: string;
    readonly commit: string;
    /** The tag of the version before: where it is counted from if the environment runs nothing, or can't say what. */
    readonly tag: string | undefined;
  },
  context: EffectContext,
): Promise<ComingChanges> {
  const { environment: name, version, commit, tag } = asked;
  const seen = await running(deps, { config, source }, name, version, context);
  const from = (start: string | undefined, since: string | undefined) =>
    includedSince(deps, source, config, { from: start, since, to: commit });
  const included = await (
    seen.runs === undefined
      ? from(tag, tag)
      : from(seen.runs.commit, `v${seen.runs.version}, which ${name} runs`)
  ).catch(() => from(tag, tag));
  const past = await pastOf(deps, config, { environment: name, version, running: seen.runs?.version });
  return {
    lines: included.lines,
    size: included.size,
    running: seen.runs?.version,
    past,
    ...(seen.problem === undefined ? {} : { problem: seen.problem }),
  };
}

interface Seen {
  readonly runs?: { readonly version: string; readonly commit: string };
  /** Why nobody could say. */
  readonly problem?: string;
}

async function running(
  deps: Deps,
  { config, source }: { readonly config: ProductConfig; readonly source: SourceRef },
  name: string,
  version: string,
  context: EffectContext,
): Promise<Seen> {
  try {
    const look = asLook(context, `coming/${context.attempt}`);
    const runs = await runningIn(deps, { config, source, environment: name, version }, look);
    return runs ? { runs } : {};
  } catch (error) {
    if (!(error instanceof DriverProblem)) throw error;
    return { problem: `what ${name} runs could not be read: ${error.message}` };
  }
}
