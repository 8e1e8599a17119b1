import type { DayOfWeek } from '@temporalio/client';
import type { Asked } from '../../domain/flows/fields.ts';
import type { FlowName } from '../../domain/flows/registry.ts';
import { flowOf } from '../../domain/flows/registry.ts';
import { usualFlow } from '../../domain/flows/run-names.ts';
import type { ReleaseInput } from '../../domain/release/input.ts';

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
  /** Which flow it starts, one that may start by the clock; `release`. */
  readonly flow?: FlowName;
  /** Of that flow. */
  readonly input: ReleaseInput | Asked;
  /** IANA, such as `Europe/Vienna`. Times of day mean this zone's, through its summer and winter times. */
  readonly timeZone: string;
  /** What happens when the run before is still going on; `skip`. */
  readonly overlap?: keyof typeof overlaps;
  /** Milliseconds: a time that passed while the server was down is made up for within this; 10 minutes. */
  readonly catchUp?: number;
}

/** Milliseconds; see `catchUp`. */
export const defaultCatchUp = 600_000;

export const overlaps = {
  skip: { policy: 'SKIP', says: 'this one is left out' },
  queue: { policy: 'BUFFER_ONE', says: 'one waits for its end; further ones are left out' },
} as const;

/** The flow that a request is about. */
export const scheduled = ({ flow = usualFlow }: Pick<ScheduleRequest, 'flow'>) => flowOf(flow);

/** Every problem of a request that can be seen from here. */
export function scheduleProblems(request: ScheduleRequest): string[] {
  const flow = scheduled(request);
  const checked = flow.check(request.input);
  const problems = checked.ok ? [] : [...checked.problems];
  if (!flow.schedulable) problems.push(`a ${flow.word} does not start by the clock`);
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

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '' && !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}
