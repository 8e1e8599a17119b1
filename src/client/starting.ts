import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { CheckedInput } from '../domain/flows/check-input.ts';
import type { ProductSummary, ReleasePreview } from '../domain/flows/inquiry.ts';
import { didYouMean, nearest } from '../domain/text/nearest.ts';
import type { FlowName } from '../domain/flows/registry.ts';
import { taskQueue } from '../domain/flows/workflow-ids.ts';
import { InvalidInput } from './errors.ts';

export interface Started {
  readonly run: string;
  readonly runId: string;
  /** The same run was going on already, and this is that one. */
  readonly alreadyRunning: boolean;
  readonly preview: ReleasePreview;
  /** In the Temporal UI, where its address is known. */
  readonly url?: string;
}

/** What the Temporal UI shows of a run from its first moment on. */
export interface AboutRun {
  readonly staticSummary: string;
  /** Markdown. */
  readonly staticDetails?: string;
  readonly memo?: Readonly<Record<string, string>>;
}

/** Characters: the server takes 400 bytes. */
const longestSummary = 130;
const longestDetails = 10_000;

/** The same run that is going on already is given back. */
export async function startOnce(
  client: Client,
  flow: FlowName,
  run: string,
  input: object,
  { staticSummary, ...about }: AboutRun,
): Promise<Pick<Started, 'run' | 'runId' | 'alreadyRunning'>> {
  try {
    const handle = await client.workflow.start(flow, {
      taskQueue,
      workflowId: run,
      args: [input],
      staticSummary: staticSummary.slice(0, longestSummary),
      ...about,
      // Not USE_EXISTING, which does not tell whether it was.
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    return { run, runId: handle.firstExecutionRunId, alreadyRunning: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { runId } = await client.workflow.getHandle(run).describe();
    return { run, runId, alreadyRunning: true };
  }
}

export function aboutRelease(preview: ReleasePreview, by: string | undefined): AboutRun {
  const { product, title, version, commit, previousVersion, reasons } = preview;
  const from = previousVersion ? ` (from v${previousVersion})` : ' (its first release)';
  return {
    staticSummary: `Release ${title} v${version}${by ? `, started by ${by}` : ''}`,
    staticDetails: [
      `**${title} v${version}**${from}, commit \`${commit.slice(0, 12)}\``,
      '',
      ...reasons.map((reason) => `- ${reason}`),
    ]
      .join('\n')
      .slice(0, longestDetails),
    memo: { product, version, commit },
  };
}

/** @throws InvalidInput with every problem at once. */
export function valid<T>(checked: CheckedInput<T>): T {
  if (!checked.ok) throw new InvalidInput(checked.problems);
  return checked.value;
}

/**
 * An unknown product is said before anything is started.
 * @throws InvalidInput
 */
export function requireProduct(product: string, products: readonly ProductSummary[]): void {
  const known = products.map((each) => each.product);
  if (known.includes(product)) return;
  const near = nearest(product, known);
  const hint = near.length > 0 ? didYouMean(near) : ` Known are: ${known.join(', ') || 'none'}`;
  throw new InvalidInput([`there is no product "${product}"${hint}`]);
}
