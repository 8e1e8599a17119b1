import type { Client } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import { flows } from '../../domain/flows/registry.ts';
import { flowOfRun, usualFlow } from '../../domain/flows/run-names.ts';
import { taskQueue } from '../../domain/flows/workflow-ids.ts';
import { InvalidInput, UnknownSchedule } from '../errors.ts';
import { defaultCatchUp, overlaps, scheduled, scheduleProblems, type ScheduleRequest } from './request.ts';
import { invalidSpec, specOf } from './temporal.ts';
import { describeSchedule } from './words.ts';

export interface ReleaseSchedule {
  /** `release/shop/default` */
  readonly id: string;
  readonly product: string;
  readonly paused: boolean;
  readonly note?: string;
  /** When and how, in plain words. */
  readonly says: readonly string[];
  /** ISO 8601. */
  readonly next: readonly string[];
}

/** Flows that start by the clock, releases today (RW-1), as Temporal Schedules. */
export class Schedules {
  private readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  /** @throws InvalidInput with every problem; nothing was created then. */
  async create(request: ScheduleRequest): Promise<ReleaseSchedule> {
    const problems = scheduleProblems(request);
    if (problems.length > 0) throw new InvalidInput(problems);
    const { product } = request.input;
    const { type, word, title } = scheduled(request);
    const id = scheduleId(word, product, request.name);
    try {
      await this.client.schedule.create({
        scheduleId: id,
        spec: specOf(request),
        action: {
          type: 'startWorkflow',
          workflowType: type,
          // Temporal appends the time: release/shop/scheduled-2026-03-03T06:30:00Z.
          workflowId: `${word}/${product}/scheduled`,
          args: [{ ...request.input, by: request.input.by ?? 'schedule' }],
          taskQueue,
          staticSummary: `Scheduled ${title.toLowerCase()} of ${product}`,
        },
        policies: {
          overlap: overlaps[request.overlap ?? 'skip'].policy,
          catchupWindow: request.catchUp ?? defaultCatchUp,
        },
        memo: { says: describeSchedule(request) },
      });
    } catch (error) {
      if (error instanceof ScheduleAlreadyRunning) {
        throw new InvalidInput([
          `there is a schedule ${id} already: delete it first, or give this one a name of its own`,
        ]);
      }
      const said = invalidSpec(error);
      if (said !== undefined) throw new InvalidInput([said]);
      throw error;
    }
    return this.get(id);
  }

  async list(): Promise<ReleaseSchedule[]> {
    const found: ReleaseSchedule[] = [];
    for await (const { scheduleId, memo, state, info } of this.client.schedule.list()) {
      const flow = flowOfRun(scheduleId);
      if (flow === undefined || !flows[flow].schedulable) continue;
      found.push(summary(scheduleId, memo, state, info.nextActionTimes));
    }
    return found.sort((a, b) => a.id.localeCompare(b.id));
  }

  async get(id: string): Promise<ReleaseSchedule> {
    return this.on(id, async (handle, full) => {
      const { memo, state, info } = await handle.describe();
      return summary(full, memo, state, info.nextActionTimes);
    });
  }

  async pause(id: string, note?: string): Promise<ReleaseSchedule> {
    await this.on(id, (handle) => handle.pause(note));
    return this.get(id);
  }

  async resume(id: string, note?: string): Promise<ReleaseSchedule> {
    await this.on(id, (handle) => handle.unpause(note));
    return this.get(id);
  }

  /** What it has started goes on. */
  async delete(id: string): Promise<void> {
    await this.on(id, (handle) => handle.delete());
  }

  /** @param id also short: `shop`, `shop/nightly`. */
  private async on<T>(
    id: string,
    act: (handle: ReturnType<Client['schedule']['getHandle']>, id: string) => Promise<T>,
  ): Promise<T> {
    const flow = flowOfRun(id);
    const [product = '', name] = (flow ? id.slice(id.indexOf('/') + 1) : id).split('/');
    const full = scheduleId(flows[flow ?? usualFlow].word, product, name);
    try {
      return await act(this.client.schedule.getHandle(full), full);
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) throw new UnknownSchedule(full);
      throw error;
    }
  }
}

function summary(
  id: string,
  memo: Record<string, unknown> | undefined,
  state: { paused: boolean; note?: string },
  next: readonly Date[],
): ReleaseSchedule {
  const says = memo?.['says'];
  return {
    id,
    product: id.split('/')[1] ?? '',
    paused: state.paused,
    ...(state.note ? { note: state.note } : {}),
    says: Array.isArray(says) ? says.filter((line) => typeof line === 'string') : [],
    next: next.slice(0, 3).map((date) => date.toISOString()),
  };
}

function scheduleId(word: string, product: string, name = 'default'): string {
  return `${word}/${product}/${name}`;
}
