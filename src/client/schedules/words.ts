import type { DayOfWeek } from '@temporalio/client';
import { formatDuration } from '../../domain/text/time.ts';
import { defaultCatchUp, overlaps, scheduled, type ScheduleRequest } from './request.ts';
import { week } from './week.ts';

/** A schedule in plain words: when, which time zone, what at an overlap, what after an outage. */
export function describeSchedule(request: ScheduleRequest): string[] {
  const catchUp = formatDuration(request.catchUp ?? defaultCatchUp);
  return [
    whenInWords(request),
    `If the ${scheduled(request).title.toLowerCase()} before is still going on, ${overlaps[request.overlap ?? 'skip'].says}.`,
    `A time that passed while Temporal was down is made up for if that is at most ${catchUp} ago; older ones are left out.`,
  ];
}

function whenInWords({ cron, every, at, timeZone }: ScheduleRequest): string {
  const zone = `in the time zone ${timeZone}`;
  if (cron !== undefined) return `At the times of the cron line "${cron}", ${zone}.`;
  if (every !== undefined)
    return `Every ${formatDuration(every)}, counted from the epoch, whatever the time zone.`;
  return at ? `${daysInWords(at.days)} at ${two(at.hour)}:${two(at.minute)}, ${zone}.` : '';
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

function two(n: number): string {
  return String(n).padStart(2, '0');
}
