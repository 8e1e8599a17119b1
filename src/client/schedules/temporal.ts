import type { CalendarSpec, ScheduleSpec } from '@temporalio/client';
import type { ScheduleRequest } from './request.ts';

/** The times of a request, as Temporal's calendar has them. */
export function specOf({ cron, every, at, timeZone }: ScheduleRequest): ScheduleSpec {
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

/** The server's own words about times that it does not understand. */
export function invalidSpec(error: unknown): string | undefined {
  // The SDK makes this of what the server says about a cron line.
  if (error instanceof TypeError) return error.message;
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && at.code === 3 && 'details' in at) return String(at.details);
  }
  return undefined;
}
