import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { didYouMean, nearest } from '../domain/text/nearest.ts';
import { flowNames, type FlowName } from '../domain/flows/registry.ts';
import { idsMeantBy, shortNameOf } from '../domain/flows/run-names.ts';
import { type Outcome, outcomes } from '../domain/run/status.ts';
import { InvalidInput, UnknownRun } from './errors.ts';

/** A run as lists show it. */
export interface RunSummary {
  /** The workflow id, such as `release/shop/v1.4.0`. */
  readonly run: string;
  /** Temporal's own id of this execution. */
  readonly runId: string;
  readonly flow: FlowName;
  readonly product: string;
  /** `running`, or how Temporal saw it end: `completed`, `failed`, `terminated`, `canceled`, `timed_out`. */
  readonly state: string;
  readonly version?: string;
  readonly phase?: string;
  readonly waitingFor?: string;
  readonly outcome?: Outcome;
  /** ISO 8601. */
  readonly started: string;
  readonly ended?: string;
}

export interface RunFilter {
  readonly product?: string;
  readonly version?: string;
  /** Only those that have not ended. */
  readonly open?: boolean;
  /** 50. */
  readonly limit?: number;
}

/** Visibility query of a filter. Values come from people: what could end the quotes is refused. */
export function visibilityQuery(filter: RunFilter): string {
  const parts = [`WorkflowType IN (${flowNames.map((name) => `'${name}'`).join(', ')})`];
  if (filter.product !== undefined) parts.push(`SluiceProduct = '${plain(filter.product, 'product')}'`);
  if (filter.version !== undefined) parts.push(`SluiceVersion = '${plain(filter.version, 'version')}'`);
  if (filter.open) parts.push(`ExecutionStatus = 'Running'`);
  return parts.join(' AND ');
}

/** Newest first. */
export async function listRuns(client: Client, filter: RunFilter): Promise<RunSummary[]> {
  const limit = filter.limit ?? 50;
  const runs: RunSummary[] = [];
  try {
    for await (const info of client.workflow.list({
      query: visibilityQuery(filter),
      pageSize: Math.min(limit, 1_000),
    })) {
      const run = summarise(info);
      if (run) runs.push(run);
      if (runs.length >= limit) break;
    }
  } catch (error) {
    // Workers register the search attributes: where none ever ran, there are no runs.
    if (!/search attribute|SluiceProduct/i.test(messages(error))) throw error;
  }
  return runs.sort((a, b) => b.started.localeCompare(a.started));
}

/**
 * What a person's name for a run means: `release/shop/v1.4.0`, `shop/v1.4.0`, or `shop` for its newest one (an open
 * one, if there is one).
 * @throws UnknownRun with the nearest ones.
 */
export async function resolveRun(client: Client, name: string): Promise<string> {
  const wanted = name.trim().replace(/^\/+|\/+$/g, '');
  if (wanted === '')
    throw new InvalidInput(['say which run, such as release/shop/v1.4.0, shop/v1.4.0 or shop']);
  for (const id of idsMeantBy(wanted)) {
    if (await exists(client, id)) return id;
  }
  const [product = '', version] = shortNameOf(wanted).split('/');
  if (/^[a-z][a-z0-9-]*$/.test(product) && (version === undefined || /^v?\d[\w.+-]*$/.test(version))) {
    const filter = { product, limit: 20, ...(version ? { version: version.replace(/^v/, '') } : {}) };
    const runs = await listRuns(client, filter);
    const found = runs.find(({ state }) => state === 'running') ?? runs[0];
    if (found) return found.run;
  }
  throw unknownRun(wanted, await listRuns(client, { limit: 200 }));
}

export function unknownRun(wanted: string, runs: readonly RunSummary[]): UnknownRun {
  const known = [...new Set(runs.flatMap(({ run, product }) => [run, shortNameOf(run), product]))];
  const near = nearest(wanted, known);
  const hint = near.length > 0 ? didYouMean(near) : '; sluice list shows what there is.';
  return new UnknownRun(
    wanted,
    near,
    `There is no run ${wanted}${runs.length === 0 ? '; nothing was started yet.' : hint}`,
  );
}

async function exists(client: Client, id: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(id).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** @returns undefined where it is no run of a flow */
function summarise(info: WorkflowExecutionInfo): RunSummary | undefined {
  const flow = flowNames.find((known) => known === info.type);
  if (flow === undefined) return undefined;
  const attribute = (name: string): string | undefined => {
    // The typed pairs need the key's type; the plain view has whatever the server sent.
    const value = (info.searchAttributes as Record<string, readonly unknown[] | undefined>)[name]?.[0];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const version = attribute('SluiceVersion');
  const phase = attribute('SluicePhase');
  const waitingFor = attribute('SluiceWaitingFor');
  const outcome = outcomes.find((known) => known === attribute('SluiceOutcome'));
  return {
    run: info.workflowId,
    runId: info.runId,
    flow,
    product: attribute('SluiceProduct') ?? info.workflowId.split('/')[1] ?? '',
    state: info.status.name.toLowerCase(),
    ...(version ? { version } : {}),
    ...(phase ? { phase } : {}),
    ...(waitingFor && waitingFor !== 'nothing' ? { waitingFor } : {}),
    ...(outcome ? { outcome } : {}),
    started: info.startTime.toISOString(),
    ...(info.closeTime ? { ended: info.closeTime.toISOString() } : {}),
  };
}

function plain(value: string, what: string): string {
  if (/^[\w.+-]{1,200}$/.test(value)) return value;
  throw new InvalidInput([`${JSON.stringify(value.slice(0, 80))} is not a ${what}`]);
}

function messages(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) parts.push(at.message);
  return parts.join(' ');
}
