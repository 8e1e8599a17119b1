import type { CalendarSpec, Client, DayOfWeek, ScheduleSpec } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import type { ReleaseInput } from '../domain/release/input.ts';
import { releaseFlow } from '../domain/release/flow.ts';
import { formatDuration } from '../domain/text/time.ts';
import { taskQueue } from '../domain/flows/workflow-ids.ts';
import { InvalidInput, UnknownSchedule } from './errors.ts';

/** When: exactly one of the three. */
export interface ScheduleTimes {
  /** Five fields, such as `30 6 * * TUE`. */
  readonly cron?: string;
  /** Milliseconds. */
  readonly every?: number;
  /** Times of day and, where not every day, days of the week. */
  readonly at?: { readonly hour: number; readonly minute: number; readonly days?: readonly DayOfWeek[] };
}

export interface ScheduleRequest extends ScheduleTimes {
  /** Tells several schedules of a product apart; `default`. */
  readonly name?: string;
  readonly input: ReleaseInput;
  /** IANA, such as `Europe/Vienna`. Times of day mean this zone's, through its summer and winter times. */
  readonly timeZone: string;
  /** What happens when the run before is still going on; `skip`. */
  readonly overlap?: keyof typeof overlaps;
  /** Milliseconds: a time that passed while the server was down is made up for within this; 10 minutes. */
  readonly catchUp?: number;
}

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

export const overlaps = {
  skip: { policy: 'SKIP', says: 'If the release before is still going on, this one is left out.' },
  queue: {
    policy: 'BUFFER_ONE',
    says: 'If the release before is still going on, one waits for its end; further ones are left out.',
  },
} as const;

const defaultCatchUp = 600_000;
const week: readonly DayOfWeek[] = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
];

/** Releases that start by the clock (RW-1), as Temporal Schedules. */
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
    const id = scheduleId(product, request.name);
    try {
      await this.client.schedule.create({
        scheduleId: id,
        spec: specOf(request),
        action: {
          type: 'startWorkflow',
          workflowType: 'release',
          // Temporal appends the time: release/shop/scheduled-2026-03-03T06:30:00Z.
          workflowId: `release/${product}/scheduled`,
          args: [{ ...request.input, by: request.input.by ?? 'schedule' }],
          taskQueue,
          staticSummary: `Scheduled release of ${product}`,
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
      if (!scheduleId.startsWith('release/')) continue;
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
    const [product = '', name] = id.replace(/^release\//, '').split('/');
    const full = scheduleId(product, name);
    try {
      return await act(this.client.schedule.getHandle(full), full);
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) throw new UnknownSchedule(full);
      throw error;
    }
  }
}

/** A schedule in plain words: when, which time zone, what at an overlap, what after an outage. */
export function describeSchedule(request: ScheduleRequest): string[] {
  const { cron, every, at, timeZone } = request;
  const zone = `in the time zone ${timeZone}`;
  const when =
    cron !== undefined
      ? `At the times of the cron line "${cron}", ${zone}.`
      : every !== undefined
        ? `Every ${formatDuration(every)}, counted from the epoch, whatever the time zone.`
        : at
          ? `${daysInWords(at.days)} at ${two(at.hour)}:${two(at.minute)}, ${zone}.`
          : '';
  const catchUp = formatDuration(request.catchUp ?? defaultCatchUp);
  return [
    when,
    overlaps[request.overlap ?? 'skip'].says,
    `A time that passed while Temporal was down is made up for if that is at most ${catchUp} ago; older ones are left out.`,
  ];
}

/** Every problem of a request that can be seen from here. */
export function scheduleProblems(request: ScheduleRequest): string[] {
  const checked = releaseFlow.check(request.input);
  const problems = checked.ok ? [] : [...checked.problems];
  const { cron, every, at } = request;
  if ([cron, every, at].filter((one) => one !== undefined).length !== 1)
    problems.push('say when: exactly one of a cron line, an interval or a time of day');
  if (cron !== undefined && cron.trim().split(/\s+/).length !== 5)
    problems.push(`"${cron}" is not a cron line of five fields, such as "30 6 * * TUE"`);
  if (every !== undefined && every < 60_000) problems.push('an interval must be at least 1m');
  if (at && !(at.hour >= 0 && at.hour < 24 && at.minute >= 0 && at.minute < 60))
    problems.push('a time of day is written like 06:30');
  if (!isTimeZone(request.timeZone))
    problems.push(`"${request.timeZone}" is not an IANA time zone, such as Europe/Vienna or UTC`);
  if (request.catchUp !== undefined && request.catchUp < 10_000)
    problems.push('the catch-up window must be at least 10s');
  if (request.name !== undefined && !/^[a-z0-9][a-z0-9-]*$/.test(request.name))
    problems.push(`"${request.name}" is not a name: lower-case letters, digits and hyphens`);
  return problems;
}

function specOf({ cron, every, at, timeZone }: ScheduleRequest): ScheduleSpec {
  const calendar: CalendarSpec | undefined = at && {
    hour: at.hour,
    minute: at.minute,
    dayOfWeek: at.days ? [...at.days] : '*',
  };
  return {
    timezone: timeZone,
    ...(cron !== undefined ? { cronExpressions: [cron] } : {}),
    ...(every !== undefined ? { intervals: [{ every }] } : {}),
    ...(calendar ? { calendars: [calendar] } : {}),
  };
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

function scheduleId(product: string, name = 'default'): string {
  return `release/${product}/${name}`;
}

function daysInWords(days: readonly DayOfWeek[] | undefined): string {
  if (!days || days.length === 0 || days.length === 7) return 'Every day';
  const sorted = week
    .filter((day) => days.includes(day))
    .map((day) => day.charAt(0) + day.slice(1).toLowerCase());
  if (sorted.join() === 'Monday,Tuesday,Wednesday,Thursday,Friday')
    return 'Every working day (Monday to Friday)';
  return `Every ${sorted.length === 1 ? '' : `${sorted.slice(0, -1).join(', ')} and `}${sorted.at(-1) ?? ''}`;
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '' && !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}

/** The server's own words about times that it does not understand. */
function invalidSpec(error: unknown): string | undefined {
  // The SDK makes this of what the server says about a cron line.
  if (error instanceof TypeError) return error.message;
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && at.code === 3 && 'details' in at) return String(at.details);
  }
  return undefined;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
