import type { Client } from '@temporalio/client';
import type { Preview } from '../domain/flows/preview.ts';
import type { RunStatus } from '../domain/run/status.ts';
import { inquire } from './inquire.ts';

/** What a run that is going on already has of what was asked for. */
export interface Beside {
  /** What it is made from, as it says itself. */
  readonly version?: string;
  readonly commit?: string;
  /** Headers of the changes that main has and the run does not, newest first; at most 100. */
  readonly lacks: readonly string[];
  /** How many there are. */
  readonly lacking: number;
}

/**
 * Looks at the run that is going on in place of the one that was asked for; undefined where it can't be seen now. Only what is made from main can lack
 * something of it.
 */
export async function lookBeside(
  client: Client,
  { flow, product, commit: wanted, run }: Pick<Preview, 'flow' | 'product' | 'commit' | 'run'>,
): Promise<Beside | undefined> {
  try {
    const { version, commit } = await client.workflow.getHandle(run).query<RunStatus>('status');
    const seen = {
      ...(version === undefined ? {} : { version }),
      ...(commit === undefined ? {} : { commit }),
    };
    if (flow !== 'release' || commit === undefined || wanted === undefined)
      return { ...seen, lacks: [], lacking: 0 };
    const { changes, total } = await inquire<'beyond'>(client, { kind: 'beyond', product, commit });
    return { ...seen, lacks: changes, lacking: total };
  } catch {
    return undefined;
  }
}
