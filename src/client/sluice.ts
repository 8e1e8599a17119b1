import { Client, type Connection } from '@temporalio/client';
import { isOpen, resultOf, resultWithin } from '../control/end.ts';
import { inquire, workerPolls } from '../control/inquire.ts';
import type { Link } from '../control/link.ts';
import { readAccount, readHistory, type HistoryFilter } from '../control/records.ts';
import { listRuns, resolveRun, type RunFilter, type RunSummary } from '../control/runs.ts';
import { follow, statusOf, type Seen } from '../control/see.ts';
import { checkMessage, sendMessage, type MessageBody } from '../control/send.ts';
import { previewRun, startRun, type Started as StartedRun } from '../control/start.ts';
import type { ProductSummary } from '../domain/flows/inquiry.ts';
import type { Preview } from '../domain/flows/preview.ts';
import type { FlowName, InputOf } from '../domain/flows/registry.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../domain/records/records.ts';
import type { MessageKind } from '../domain/run/messages.ts';
import type { MessageReply, RunResult, RunStatus } from '../domain/run/status.ts';
import { parseDuration } from '../domain/text/time.ts';
import { InvalidInput } from './errors.ts';
import { Schedules } from './schedules/schedules.ts';
import type { Target } from './target.ts';

/** What `start` gives. */
export interface Started<N extends FlowName = FlowName> extends StartedRun<N> {
  /** In the Temporal UI, where its address is known. */
  readonly url?: string;
}

/** Starts, sees and steers runs, which people may name shortly: `shop`, `shop/v1.4.0`, `release/shop/v1.4.0`. Close it when done. */
export class Sluice {
  readonly address: string;
  readonly namespace: string;
  readonly schedules: Schedules;
  /** Temporal's own client, for what Sluice has no word for. */
  readonly client: Client;
  private readonly link: Link;
  private readonly uiUrl: string | undefined;

  constructor(connection: Connection, { connection: { address }, namespace, uiUrl }: Target) {
    this.address = address;
    this.namespace = namespace;
    this.uiUrl = uiUrl;
    this.client = new Client({ connection, namespace });
    this.link = { client: this.client, connection, address };
    this.schedules = new Schedules(this.client);
  }

  // Starting

  /** The products that the workers know. @throws NoWorker */
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

  // Seeing

  /** Runs, newest first. */
  list(filter: RunFilter = {}): Promise<RunSummary[]> {
    return listRuns(this.client, filter);
  }

  /** The id of the run that a name means. @throws UnknownRun with the nearest ones */
  resolve(name: string): Promise<string> {
    return resolveRun(this.client, name);
  }

  /** The whole state of a run. @throws UnknownRun, NoWorker, RunStuck */
  async status(name: string): Promise<RunStatus> {
    return statusOf(this.link, await this.resolve(name));
  }

  /** The states of a run as they change, until it has ended. @param options.every milliseconds between two looks; 700 */
  async *follow(
    name: string,
    options: { readonly every?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Seen, void> {
    yield* follow(this.link, await this.resolve(name), options);
  }

  /**
   * Waits until a run has ended.
   * @param options.timeout milliseconds, or with a unit, as in `2m`; without it, as long as it takes
   * @throws InvalidInput; TimedOut; RunFailed where the workflow itself failed, which is a defect and not an outcome
   */
  async wait(
    name: string,
    { timeout: wanted }: { readonly timeout?: number | string } = {},
  ): Promise<RunResult> {
    const timeout = wanted === undefined ? undefined : milliseconds('timeout', wanted);
    const run = await this.resolve(name);
    return timeout === undefined ? resultOf(this.link, run) : resultWithin(this.link, run, timeout);
  }

  /** How a run ended; undefined while it is going on. @throws RunFailed */
  async result(name: string): Promise<RunResult | undefined> {
    const run = await this.resolve(name);
    return (await isOpen(this.link, run)) ? undefined : resultOf(this.link, run);
  }

  /** The deployment history, newest first; kept past Temporal's retention. @throws InvalidInput, NoWorker */
  history(filter: HistoryFilter = {}): Promise<readonly DeploymentHistoryRow[]> {
    return readHistory(this.client, filter);
  }

  /** The permanent record of a run, line by line. @param run its whole id @throws NoWorker */
  account(run: string): Promise<readonly LedgerLine[]> {
    return readAccount(this.client, run);
  }

  /** A run in the Temporal UI, where its address is known (`sluice up`, or `SLUICE_UI_URL`). */
  url(run: string): string | undefined {
    return this.uiUrl
      ? `${this.uiUrl}/namespaces/${this.namespace}/workflows/${encodeURIComponent(run)}`
      : undefined;
  }

  /** Whether a worker is there. */
  hasWorker(): Promise<boolean> {
    return workerPolls(this.client);
  }

  // Steering

  /**
   * Sends a decision and says whether it counts. A run that has ended, a gate that is closed or somebody who may not
   * decide gives `accepted: false` with the reason. The same message sent again before the run has handled it is the
   * same decision, which counts once.
   * @param options.timeout until it gives up: milliseconds, or with a unit; 15,000
   * @throws InvalidInput, UnknownRun, NoWorker: nothing was sent. Unanswered: it is not known whether it was taken; look at the status
   */
  async send(
    kind: MessageKind,
    name: string,
    message: MessageBody,
    { timeout: wanted }: { readonly timeout?: number | string } = {},
  ): Promise<MessageReply & { readonly run: string }> {
    checkMessage(kind, message);
    const timeout = wanted === undefined ? undefined : milliseconds('timeout', wanted);
    const run = await this.resolve(name);
    return { run, ...(await sendMessage(this.link, kind, run, message, timeout)) };
  }

  async close(): Promise<void> {
    await this.link.connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** @throws InvalidInput where it is no time */
function milliseconds(name: string, wanted: number | string): number {
  const ms = typeof wanted === 'string' ? parseDuration(wanted) : wanted;
  if (ms === undefined || !Number.isFinite(ms) || ms <= 0)
    throw new InvalidInput([
      `"${name}" is ${JSON.stringify(wanted)}; it must be milliseconds above 0, or a time like "30s", "10m" or "2h"`,
    ]);
  return ms;
}
