import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  Connection,
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { digestOf } from '../domain/text/digest.ts';
import type { BlueGreenInput } from '../domain/blue-green/input.ts';
import { blueGreenFlow } from '../domain/blue-green/flow.ts';
import type { Answer, BlueGreenPreview, ProductSummary, ReleasePreview } from '../domain/flows/inquiry.ts';
import type { ReleaseInput } from '../domain/release/input.ts';
import type { Message, MessageKind } from '../domain/run/messages.ts';
import { parseMessage } from '../domain/run/messages.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../domain/records/records.ts';
import { releaseFlow } from '../domain/release/flow.ts';
import type { RollbackInput } from '../domain/rollback/input.ts';
import { rollbackFlow } from '../domain/rollback/flow.ts';
import type { RolloutInput } from '../domain/rollout/input.ts';
import { rolloutFlow } from '../domain/rollout/flow.ts';
import type { FlowName } from '../domain/flows/registry.ts';
import type { MessageReply, RunResult, RunStatus } from '../domain/run/status.ts';
import {
  connectionRefused,
  findTarget,
  refuseDeadAddress,
  type ConnectOptions,
  type Target,
} from './connect.ts';
import { InvalidInput, RunFailed, SluiceError, TimedOut } from './errors.ts';
import { inquire, workerPolls } from './inquire.ts';
import { listRuns, resolveRun, unknownRun, type RunFilter, type RunSummary } from './runs.ts';
import { Schedules } from './schedules/schedules.ts';
import { sendMessage } from './send.ts';
import type { AboutRun, Started } from './starting.ts';
import { aboutRelease, requireProduct, startOnce, valid } from './starting.ts';
import { withLiveSamples } from './live-samples.ts';
import { readStatus } from './status.ts';

/** What `follow` sees: a new state, or that it can't be seen at the moment. */
export type Seen = { readonly status: RunStatus } | { readonly trouble: string };

/** What is sent with a message; its kind is a word of its own. */
export type MessageBody = Omit<Message, 'kind'>;

/**
 * Connects to Temporal the way its own tools do (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key, profiles).
 * @throws NoConnection, which says what to do.
 */
export async function connect(options: ConnectOptions = {}): Promise<Sluice> {
  const target = findTarget(options);
  const timeout = options.timeout ?? 5_000;
  await refuseDeadAddress(target, timeout);
  try {
    const connection = await Connection.connect({ ...target.connection, connectTimeout: timeout });
    return new Sluice(connection, target);
  } catch (error) {
    throw connectionRefused(target.connection.address, error);
  }
}

/** Starts, sees and steers runs. Close it when done. */
export class Sluice {
  readonly address: string;
  readonly namespace: string;
  readonly schedules: Schedules;
  /** Temporal's own client, for what Sluice has no word for. */
  readonly client: Client;
  private readonly connection: Connection;
  private readonly target: Target;

  constructor(connection: Connection, target: Target) {
    this.connection = connection;
    this.target = target;
    this.address = target.connection.address;
    this.namespace = target.namespace;
    this.client = new Client({ connection, namespace: target.namespace });
    this.schedules = new Schedules(this.client);
  }

  /** The products that the workers know. */
  async products(): Promise<readonly ProductSummary[]> {
    return (await inquire<'products'>(this.client, { kind: 'products' })).products;
  }

  /**
   * What a release would be: version, reasons, warnings, changes (RW-4). Writes nothing.
   * @throws InvalidInput with every problem at once.
   */
  async preview(input: ReleaseInput): Promise<ReleasePreview> {
    const asked = { kind: 'preview', input: valid(releaseFlow.check(input)) } as const;
    const answer = await inquire<'preview'>(this.client, asked);
    if (!answer.ok) throw new InvalidInput(answer.problems);
    return answer.preview;
  }

  /**
   * Starts a run (RW-1). The same request twice is one run: while that version's release is going on, this gives it back.
   * The run releases the version of the preview or nothing: should main make another one by then, it is blocked.
   * @param seen the preview of the same input that somebody has looked at; without it, one is made.
   * @throws InvalidInput before anything is started.
   */
  async start(flow: FlowName, input: ReleaseInput, seen?: ReleasePreview): Promise<Started> {
    const preview = seen ?? (await this.preview(input));
    const { product, version, commit } = preview;
    const run = releaseFlow.runId({ product, version });
    const expected = input.expected ?? { version, commit };
    const started = await this.startOnce(flow, run, { ...input, expected }, aboutRelease(preview, input.by));
    return { ...started, preview };
  }

  /**
   * Starts a rollback outside any run (SI-11); whether it is carried out is a question to the approvers. The same environment's
   * rollback that is going on already is given back.
   * @throws InvalidInput before anything is started.
   */
  async rollBack(input: RollbackInput): Promise<Omit<Started, 'preview'>> {
    valid(rollbackFlow.check(input));
    requireProduct(input.product, await this.products());
    const run = rollbackFlow.runId(input);
    return this.startOnce('rollback', run, input, {
      staticSummary: `Rollback of ${input.product}${input.by ? `, asked for by ${input.by}` : ''}`,
    });
  }

  /**
   * Starts a rollout of a version that was released before (SI-5). The same version's rollout that is going on already is given back.
   * @throws InvalidInput before anything is started.
   */
  async startRollout(input: RolloutInput): Promise<Omit<Started, 'preview'>> {
    valid(rolloutFlow.check(input));
    requireProduct(input.product, await this.products());
    const { product, version, by } = input;
    return this.startOnce(
      'rollout',
      rolloutFlow.runId({ product, version: version?.replace(/^v/, '') }),
      input,
      {
        staticSummary: `Rollout of ${product} ${version ?? ''}${by ? `, started by ${by}` : ''}`,
      },
    );
  }

  /**
   * What a blue/green deployment would be, and what is missing for it (BG-1). Writes nothing.
   * @throws InvalidInput with every problem at once.
   */
  async previewBlueGreen(input: BlueGreenInput): Promise<BlueGreenPreview> {
    const asked = { kind: 'blue-green', input: valid(blueGreenFlow.check(input)) } as const;
    const answer = await inquire<'blue-green'>(this.client, asked);
    if (!answer.ok) throw new InvalidInput(answer.problems);
    return answer.preview;
  }

  /**
   * Starts a blue/green deployment of exactly the commit that the preview saw. That commit's run which is going on already is given back.
   * @param seen the preview of the same input; without it, one is made.
   * @throws InvalidInput before anything is started, also where inputs are missing.
   */
  async startBlueGreen(input: BlueGreenInput, seen?: BlueGreenPreview): Promise<Omit<Started, 'preview'>> {
    const preview = seen ?? (await this.previewBlueGreen(input));
    if (preview.missing.length > 0) throw new InvalidInput(preview.missing);
    const { product, version, commit } = preview;
    const run = blueGreenFlow.runId({ product, version });
    return this.startOnce(
      'blueGreen',
      run,
      { ...input, ref: commit },
      {
        staticSummary: `Blue/green of ${product} ${version}${input.by ? `, started by ${input.by}` : ''}`,
        memo: { product, version, commit },
      },
    );
  }

  /** Runs, newest first. */
  list(filter: RunFilter = {}): Promise<RunSummary[]> {
    return listRuns(this.client, filter);
  }

  /**
   * The id of the run that a short name means: `shop`, `shop/v1.4.0`, `release/shop/v1.4.0`.
   * @throws UnknownRun with the nearest ones.
   */
  resolve(name: string): Promise<string> {
    return resolveRun(this.client, name);
  }

  /** The whole state of a run. @throws UnknownRun, NoWorker */
  async status(name: string): Promise<RunStatus> {
    const run = await this.resolve(name);
    try {
      const status = await readStatus(
        this.client,
        this.connection,
        run,
        `${run} was not asked for its state`,
      );
      return await withLiveSamples(this.client, status);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw unknownRun(run, await this.list());
      throw error;
    }
  }

  /**
   * Sends a decision and says whether it counts. A run that has ended, a gate that is closed or somebody who may not
   * decide gives `accepted: false` with the reason. The same message sent again before the run has handled it is the
   * same decision, which counts once.
   * @param options.timeout milliseconds until it gives up; 15,000.
   * @throws UnknownRun, NoWorker: nothing was sent. Unanswered: it is not known whether it was taken; look at the status.
   */
  async send(
    kind: MessageKind,
    name: string,
    message: MessageBody,
    options: { readonly timeout?: number } = {},
  ): Promise<MessageReply & { readonly run: string }> {
    const checked = parseMessage(kind, [message]);
    if (!checked.ok) throw new InvalidInput([checked.reason]);
    const run = await this.resolve(name);
    const reply = await sendMessage(this.client, this.connection, kind, run, message, options.timeout);
    return { run, ...reply };
  }

  /** The states of a run as they change, until it has ended. Looks every `every` milliseconds (700). */
  async *follow(
    name: string,
    options: { readonly every?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Seen, void> {
    const run = await this.resolve(name);
    let last = '';
    while (!options.signal?.aborted) {
      const seen = await this.look(run);
      const now = digestOf(seen);
      if (now !== last) yield seen;
      last = now;
      if ('status' in seen && seen.status.outcome !== undefined && seen.status.ended !== undefined) return;
      if ('trouble' in seen && !(await this.isOpen(run))) return;
      await sleep(options.every ?? 700, undefined, options.signal ? { signal: options.signal } : {}).catch(
        () => undefined,
      );
    }
  }

  /**
   * Waits until a run has ended.
   * @param options.timeout milliseconds; without it, as long as it takes.
   * @throws TimedOut; RunFailed where the workflow itself failed, which is a defect and not an outcome.
   */
  async wait(name: string, options: { readonly timeout?: number } = {}): Promise<RunResult> {
    const run = await this.resolve(name);
    const result = this.resultOf(run);
    if (options.timeout === undefined) return result;
    const done = new AbortController();
    const timeUp = sleep(options.timeout, undefined, { signal: done.signal }).then(() => {
      throw new TimedOut(`${run} has not ended within ${options.timeout ?? 0} ms; it goes on.`);
    });
    try {
      return await Promise.race([result, timeUp]);
    } finally {
      done.abort();
      for (const pending of [timeUp, result]) pending.catch(() => undefined);
    }
  }

  /** How a run ended; undefined while it is going on. */
  async result(name: string): Promise<RunResult | undefined> {
    const run = await this.resolve(name);
    return (await this.isOpen(run)) ? undefined : this.resultOf(run);
  }

  /** The deployment history, newest first; kept past Temporal's retention. */
  async history(
    filter: { readonly product?: string; readonly environment?: string; readonly limit?: number } = {},
  ): Promise<readonly DeploymentHistoryRow[]> {
    const { limit = 50, ...rest } = filter;
    return (await inquire<'history'>(this.client, { kind: 'history', limit, ...rest })).rows;
  }

  /** The permanent record of a run, line by line. */
  async account(run: string): Promise<readonly LedgerLine[]> {
    const all: LedgerLine[] = [];
    for (let from: number | undefined = 0; from !== undefined;) {
      const page: Answer<'account'> = await inquire<'account'>(this.client, { kind: 'account', run, from });
      all.push(...page.lines);
      from = page.next;
    }
    return all;
  }

  /** Whether a worker is there. */
  hasWorker(): Promise<boolean> {
    return workerPolls(this.client);
  }

  /** A run in the Temporal UI, where its address is known (`sluice up`, or `SLUICE_UI_URL`). */
  url(run: string): string | undefined {
    return this.target.uiUrl
      ? `${this.target.uiUrl}/namespaces/${this.namespace}/workflows/${encodeURIComponent(run)}`
      : undefined;
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async startOnce(
    flow: FlowName,
    run: string,
    input: object,
    about: AboutRun,
  ): Promise<Omit<Started, 'preview'>> {
    const url = this.url(run);
    return { ...(await startOnce(this.client, flow, run, input, about)), ...(url ? { url } : {}) };
  }

  private async look(run: string): Promise<Seen> {
    try {
      return { status: await this.status(run) };
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'no-worker') return { trouble: error.message };
      if (isGrpcServiceError(error) || (error instanceof Error && isGrpcServiceError(error.cause))) {
        return { trouble: `${this.address} does not answer at the moment` };
      }
      throw error;
    }
  }

  private async isOpen(run: string): Promise<boolean> {
    try {
      const { status } = await this.client.workflow.getHandle(run).describe();
      return status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      return true;
    }
  }

  private async resultOf(run: string): Promise<RunResult> {
    try {
      return (await this.client.workflow.getHandle(run).result()) as RunResult;
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      throw new RunFailed(run, error.cause?.message ?? error.message, { cause: error });
    }
  }
}
