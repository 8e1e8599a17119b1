import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  Connection,
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { inquire, workerPolls } from '../control/inquire.ts';
import { listRuns, resolveRun, unknownRun, type RunFilter, type RunSummary } from '../control/runs.ts';
import { sendMessage } from '../control/send.ts';
import { previewRun, startRun, type Started as StartedRun, valid } from '../control/start.ts';
import { readStatus } from '../control/status.ts';
import type { Answer, Inquiry, ProductSummary } from '../domain/flows/inquiry.ts';
import { checkInquiry } from '../domain/flows/inquiry.ts';
import type { Preview } from '../domain/flows/preview.ts';
import type { FlowName, InputOf } from '../domain/flows/registry.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../domain/records/records.ts';
import type { Message, MessageKind } from '../domain/run/messages.ts';
import { parseMessage } from '../domain/run/messages.ts';
import type { MessageReply, RunResult, RunStatus } from '../domain/run/status.ts';
import { digestOf } from '../domain/text/digest.ts';
import {
  connectionRefused,
  findTarget,
  refuseDeadAddress,
  type ConnectOptions,
  type Target,
} from './connect.ts';
import { InvalidInput, RunFailed, SluiceError, TimedOut } from './errors.ts';
import { withLiveSamples } from './live-samples.ts';
import { Schedules } from './schedules/schedules.ts';

/** What `start` gives. */
export interface Started<N extends FlowName = FlowName> extends StartedRun<N> {
  /** In the Temporal UI, where its address is known. */
  readonly url?: string;
}

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
   * What a run of a flow would be: its id, what would change, who approves it, and what is missing. Writes nothing.
   * @throws InvalidInput with every problem at once; NoWorker
   */
  preview<N extends FlowName>(flow: N, input: InputOf<N>): Promise<Preview<InputOf<N>>> {
    return previewRun(this.client, flow, input);
  }

  /**
   * Starts a run (RW-1) of exactly what the preview saw: a release of that version or nothing, a rollout of that version, a rollback to it,
   * a blue/green deployment of that commit. The same request twice is one run: while it is going on, this gives it back.
   * @param seen the preview of the same input that somebody has looked at; without it, one is made
   * @throws InvalidInput before anything is started, also where something is missing; NoWorker
   */
  async start<N extends FlowName>(
    flow: N,
    input: InputOf<N>,
    seen?: Preview<InputOf<N>>,
  ): Promise<Started<N>> {
    const started = await startRun(this.client, flow, input, seen);
    const url = this.url(started.run);
    return { ...started, ...(url ? { url } : {}) };
  }

  /**
   * Starts a rollback outside any run (SI-11); whether it is carried out is a question to the approvers.
   * @throws as `start` does
   */
  rollBack(input: InputOf<'rollback'>, seen?: Preview<InputOf<'rollback'>>): Promise<Started<'rollback'>> {
    return this.start('rollback', input, seen);
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
    const asked = valid(checkInquiry({ kind: 'history', ...filter, limit: filter.limit ?? 50 }));
    return (await inquire<'history'>(this.client, asked as Extract<Inquiry, { kind: 'history' }>)).rows;
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
