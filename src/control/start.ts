import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { CheckedInput } from '../domain/flows/check-input.ts';
import type { Fields } from '../domain/flows/fields.ts';
import type { AboutRun, Preview } from '../domain/flows/preview.ts';
import type { FlowName, InputOf } from '../domain/flows/registry.ts';
import { flowOf } from '../domain/flows/registry.ts';
import { taskQueue } from '../domain/flows/workflow-ids.ts';
import type { Beside } from './beside.ts';
import { lookBeside } from './beside.ts';
import { InvalidInput } from './errors.ts';
import { inquire } from './inquire.ts';

export interface Started<N extends FlowName = FlowName> {
  readonly run: string;
  /** Temporal's own id of this execution. */
  readonly runId: string;
  /** The same run was going on already, and this is that one. */
  readonly alreadyRunning: boolean;
  /** Where it was: what it has of what was asked for. */
  readonly beside?: Beside;
  /** What was started. */
  readonly preview: Preview<InputOf<N>>;
}

/** Characters: the server takes 400 bytes. */
const longestSummary = 130;
const longestDetails = 10_000;

/**
 * What a run of a flow would be. Writes nothing.
 * @throws InvalidInput with every problem at once; NoWorker
 */
export async function previewRun<N extends FlowName>(
  client: Client,
  flow: N,
  input: InputOf<N>,
): Promise<Preview<InputOf<N>>> {
  const asked = { kind: 'preview', flow, input: valid(flowOf(flow).check(input)) } as const;
  const answer = await inquire<'preview'>(client, asked);
  if (!answer.ok) throw new InvalidInput(answer.problems);
  return answer.preview as unknown as Preview<InputOf<N>>;
}

/**
 * Starts exactly what was seen: id and input are the preview's. Who starts it, and what only programs say, is the caller's own word.
 * The same run that is going on already is given back.
 * @param seen the preview of the same input that somebody has looked at; without it, one is made
 * @throws InvalidInput before anything is started, also where something is missing
 */
export async function startRun<N extends FlowName>(
  client: Client,
  flow: N,
  input: InputOf<N>,
  seen?: Preview<InputOf<N>>,
): Promise<Started<N>> {
  const asked = valid(flowOf(flow).check(input));
  const preview = seen ?? (await previewRun(client, flow, input));
  if (preview.flow !== flow || preview.product !== asked.product)
    throw new InvalidInput([
      `what was looked at is a ${preview.flow} of ${preview.product}, and not the ${flow} of ${asked.product}`,
    ]);
  if (preview.missing.length > 0) {
    const running = await runningExecution(client, preview.run);
    if (running === undefined) throw new InvalidInput(preview.missing);
    return {
      run: preview.run,
      runId: running,
      alreadyRunning: true,
      ...(await beside(client, preview)),
      preview,
    };
  }
  const confirmed = { ...preview.input, ...ownWords(flowOf(flow).fields, asked) };
  const about = summarised(preview.about, asked.by ?? preview.input.by);
  const started = await startOnce(client, flow, preview.run, confirmed, about);
  return { ...started, ...(started.alreadyRunning ? await beside(client, preview) : {}), preview };
}

async function beside(
  client: Client,
  preview: Parameters<typeof lookBeside>[1],
): Promise<Pick<Started, 'beside'>> {
  const seen = await lookBeside(client, preview);
  return seen === undefined ? {} : { beside: seen };
}

/** Who starts it, and groups, which nobody but programs gives. */
function ownWords(fields: Fields, asked: object): object {
  return Object.fromEntries(
    Object.entries(asked).filter(([name]) => name === 'by' || fields[name]?.kind === 'group'),
  );
}

function summarised({ staticSummary, staticDetails, memo }: AboutRun, by: string | undefined): AboutRun {
  return {
    staticSummary: `${staticSummary}${by ? `, started by ${by}` : ''}`.slice(0, longestSummary),
    ...(staticDetails === undefined ? {} : { staticDetails: staticDetails.slice(0, longestDetails) }),
    ...(memo === undefined ? {} : { memo }),
  };
}

/** The same run that is going on already is given back. */
async function startOnce(
  client: Client,
  flow: FlowName,
  run: string,
  input: object,
  about: AboutRun,
): Promise<Pick<Started, 'run' | 'runId' | 'alreadyRunning'>> {
  try {
    const handle = await client.workflow.start(flow, {
      taskQueue,
      workflowId: run,
      args: [input],
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

/** What a run that is under way has done already may be what is missing for another one like it. */
async function runningExecution(client: Client, run: string): Promise<string | undefined> {
  try {
    const { status, runId } = await client.workflow.getHandle(run).describe();
    return status.name === 'RUNNING' ? runId : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** @throws InvalidInput with every problem at once. */
export function valid<T>(checked: CheckedInput<T>): T {
  if (!checked.ok) throw new InvalidInput(checked.problems);
  return checked.value;
}
