import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as really } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { Client } from '@temporalio/client';
import type { CatalogEntry } from '../../activities/ports/index.ts';
import { findTestServer } from '../../adapters/temporal-server/index.ts';
import { createTemporalLocks } from '../../adapters/temporal-locks.ts';
import { describeFault } from '../../domain/rehearsal/describe-fault.ts';
import type { FlowName } from '../../domain/flows/registry.ts';
import { describePeople } from '../../domain/rehearsal/people.ts';
import type { Rehearsed } from '../../domain/rehearsal/result.ts';
import type { Scenario } from '../../domain/rehearsal/scenario-schema.ts';
import { timelineOf } from '../../domain/rehearsal/timeline.ts';
import type { RunResult, RunStatus } from '../../domain/run/status.ts';
import { taskQueue } from '../../domain/flows/workflow-ids.ts';
import { logNothing } from '../log/worker-log.ts';
import { payloadConverterPath } from '../workflow-code.ts';
import type { RunningWorker } from '../worker.ts';
import { startWorker } from '../worker.ts';
import { furnish, openingOf, stageOf } from './opening.ts';
import { SimulatedGit } from './simulated-git.ts';
import { People } from './simulated-people.ts';
import { rehearsedActivities } from './simulated-ports.ts';
import type { TestServer } from './test-server.ts';
import { startTestServer } from './test-server.ts';
import { VirtualTime } from './virtual-time.ts';
import { World } from './world.ts';

export interface RehearsalRequest {
  readonly flow: FlowName;
  readonly entry: CatalogEntry;
  readonly scenario: Scenario;
  readonly onProgress: (line: string) => void;
  /** Stops it in good order. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a flow with a product's own configuration on a time-skipping server, in a simulated world (BY-5): workflows, activities and
 * decisions are the real ones. Nothing outside this machine is touched.
 * @throws NoTestServer, TestServerFailed
 */
export async function rehearse(request: RehearsalRequest): Promise<Rehearsed> {
  const began = performance.now();
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-rehearsal-'));
  try {
    const found = await findTestServer({ env: process.env, onProgress: request.onProgress });
    logNothing();
    const server = await startTestServer(found);
    try {
      return await rehearseOn(server, directory, request, began);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function rehearseOn(
  server: TestServer,
  directory: string,
  { flow, entry, scenario, signal }: RehearsalRequest,
  began: number,
): Promise<Rehearsed> {
  const client = new Client({ connection: server.connection, dataConverter: { payloadConverterPath } });
  const time = new VirtualTime(server.clock, client);
  const world = new World(entry, scenario, time, stageOf(flow, entry.config));
  const git = new SimulatedGit();
  furnish(world, git, flow);
  const activities = rehearsedActivities({
    world,
    git,
    entry,
    locks: createTemporalLocks(() => client),
    directory,
  });
  const connection = server.nativeConnection;
  const shared = { connection, namespace: 'default', activities };
  // Two workers, so that one of them can be lost with what it does.
  const flows = await startWorker({ ...shared, role: 'flows', threads: 1 });
  let effects: RunningWorker = await startWorker({ ...shared, role: 'activities' });
  let lost: Promise<void> = Promise.resolve();
  world.onWorkerLost = () => {
    lost = effects.stop();
  };
  const bringBack = async (): Promise<void> => {
    await lost;
    time.findWorker();
    world.lostUntil = undefined;
    effects = await startWorker({ ...shared, role: 'activities' });
  };
  try {
    const { workflowId, input } = openingOf(flow, entry.config.product);
    const run = await client.workflow.start(flow, { taskQueue, workflowId, args: [input] });
    world.faults.atStart();
    const ended = await drive(run, world, bringBack, signal);
    await heardOfAll(run, world);
    return await concluded(run, world, ended, { flow, entry, scenario, began, directory });
  } finally {
    await time.close();
    await Promise.all([flows.stop(), effects.stop()]);
  }
}

/** While nothing seems to go on, something is about to; while effects go on, a question may come up at any time (ms). */
const glance = 1_000;
const look = 60_000;
/** A gate that expires is closed a moment later (ms). */
const closing = 200;
/** Longer than anything waits for: nothing will happen any more (ms). */
const patience = 60 * 86_400_000;

/** Lets time go by, and people act, until the run has ended. @returns its result, or why it gets no further */
async function drive(
  run: WorkflowHandle,
  world: World,
  bringBack: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<{ readonly result?: RunResult; readonly stuck?: string }> {
  const { time } = world;
  const people = new People(world, run);
  let quietSince = time.now();
  let last = '';
  for (;;) {
    signal?.throwIfAborted();
    world.faults.lookAtTheClock();
    if (world.lostUntil !== undefined && time.now() >= world.lostUntil - 50) {
      await bringBack();
      quietSince = time.now();
    }
    const { status: execution, raw } = await run.describe();
    if (execution.name !== 'RUNNING')
      return execution.name === 'COMPLETED'
        ? { result: (await run.result()) as RunResult }
        : { stuck: `the run is ${execution.name.toLowerCase()}` };
    const idle = time.busy === 0 && (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask;
    const status = await run.query<RunStatus>('status');
    const now = JSON.stringify(status);
    if (now !== last || !idle) quietSince = time.now();
    last = now;
    if (await people.act(status)) continue;
    const due = people.next(status);
    const open = status.gates.length > 0 && status.gates.every(({ expires }) => expires === undefined);
    if (idle && open && due === undefined && world.lostUntil === undefined)
      return { stuck: waitsFor(status) };
    if (time.now() - quietSince > patience) return { stuck: waitsFor(status) };
    const over = async (): Promise<boolean> => (await run.describe()).status.name !== 'RUNNING';
    await time.leap(Math.max(1, nextLook(world, status, due, idle) - time.now()), over);
  }
}

function waitsFor({ gates, reason }: RunStatus): string {
  return gates.length > 0
    ? `nobody answers any more: ${gates.map(({ statement }) => statement).join('; ')}`
    : reason;
}

/** When to look again, in epoch milliseconds: when somebody will act or a gate closes; often enough while things go on by themselves. */
function nextLook(world: World, { gates }: RunStatus, due: number | undefined, idle: boolean): number {
  const now = world.time.now();
  const expiries = gates.flatMap(({ expires }) => (expires ? [Date.parse(expires) + closing] : []));
  const events = [due, world.lostUntil, ...expiries].filter((at) => at !== undefined && at > now) as number[];
  const soon = now + (idle ? (gates.length > 0 ? patience : glance) : look);
  return Math.min(soon, ...events);
}

/** Notifications are workflows of their own: the last ones may come after the run has ended. */
async function heardOfAll(run: WorkflowHandle, world: World): Promise<void> {
  const { events } = await run.fetchHistory();
  const children = events?.filter((event) => event.startChildWorkflowExecutionInitiatedEventAttributes) ?? [];
  for (let tries = 0; world.told < children.length && tries < 200; tries += 1) await really(10);
}

async function concluded(
  run: WorkflowHandle,
  world: World,
  { result, stuck }: { readonly result?: RunResult; readonly stuck?: string },
  {
    flow,
    entry,
    scenario,
    began,
    directory,
  }: Pick<RehearsalRequest, 'flow' | 'entry' | 'scenario'> & {
    readonly began: number;
    readonly directory: string;
  },
): Promise<Rehearsed> {
  const { startTime, closeTime, historyLength } = await run.describe();
  const start = startTime.getTime();
  const end = closeTime?.getTime() ?? world.time.now();
  const { config, digest, file } = entry;
  const seen = world.seen.map((moment) => ({ ...moment, at: Math.max(0, moment.at - start) }));
  const told = config.notifications.length > 0;
  return {
    flow,
    product: config.product,
    file,
    configuration: digest,
    faults: scenario.faults.map(describeFault),
    people: describePeople(scenario),
    // What is written is in a scratch directory, which goes with the rehearsal.
    timeline: timelineOf(world.ledger, seen, start, world.begun).map((moment) => ({
      ...moment,
      reason: moment.reason.replaceAll(directory, '.sluice'),
    })),
    ...(result ? { outcome: result.outcome } : {}),
    reason: result?.reason ?? stuck ?? '',
    ...(result?.blockers ? { blockers: result.blockers } : {}),
    ...(result?.version ? { version: result.version } : {}),
    duration: end - start,
    wall: performance.now() - began,
    events: historyLength,
    remarks: [
      ...(result ? [] : ['the run did not end']),
      ...world.faults.unmet(),
      ...(told ? [] : ['nobody is told anything: the product has no notifications']),
    ],
  };
}
