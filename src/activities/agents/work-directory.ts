import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StepRef } from '../../domain/run/effect-outcome.ts';
import { beating } from '../context.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext } from '../ports/index.ts';

type Place = Pick<Deps, 'directory'>;

/** Where an agent works that a step asks: a directory of that step of that run, on the host of those who carry out activities. */
export function workDirectory(deps: Place, context: EffectContext, ref: StepRef): string {
  return path.join(directoryOfRun(deps, context, ref), ref.step.replace(/[^\w-]+/g, '-'));
}

/** Empty, but for what an earlier attempt of the same step left. */
export async function emptyDirectory(deps: Place, context: EffectContext, ref: StepRef): Promise<string> {
  const directory = workDirectory(deps, context, ref);
  await mkdir(directory, { recursive: true });
  return directory;
}

/**
 * A checkout of a commit, made once for each effect: an agent that outlived its worker is found at work, not with its files swept away.
 * @throws SourceProblem
 */
export async function checkoutFor(
  deps: Deps,
  context: EffectContext,
  ref: StepRef,
  commit: string,
): Promise<string> {
  const directory = workDirectory(deps, context, ref);
  const mark = `${directory}.key`;
  if ((await readFile(mark, 'utf8').catch(() => '')) === context.key) return directory;
  await beating(context, async () => {
    await mkdir(path.dirname(directory), { recursive: true });
    const { source } = await deps.catalog.load(ref.product);
    await deps.worktrees.checkout(source, { commit, directory });
    await writeFile(mark, context.key);
  });
  return directory;
}

/** All that agents of a run worked in. */
export async function removeWork(deps: Place, context: EffectContext, ref: StepRef): Promise<void> {
  await rm(directoryOfRun(deps, context, ref), { recursive: true, force: true, maxRetries: 3 });
}

function directoryOfRun(deps: Place, { run }: EffectContext, { product, run: first = '' }: StepRef): string {
  const name = createHash('sha256').update(`${run}/${first}`).digest('hex').slice(0, 12);
  return path.join(deps.directory, 'agents', product, name);
}
