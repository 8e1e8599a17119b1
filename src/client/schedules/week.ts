import type { DayOfWeek } from '@temporalio/client';

/** As people and calendars count them. */
export const week: readonly DayOfWeek[] = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
];

/** `tue,thu`, `mon-fri`, whole names; a range may go over the end of the week. Undefined where something else is said. */
export function daysMeant(text: string): readonly DayOfWeek[] | undefined {
  const parts = text.split(',').map((part) => {
    const [from, to, ...more] = part.split('-').map(indexOf);
    if (from === undefined || from < 0 || to === -1 || more.length > 0) return [];
    return [...week, ...week].slice(from, from + 1 + (to === undefined ? 0 : (to - from + 7) % 7));
  });
  return parts.some((days) => days.length === 0) ? undefined : parts.flat();
}

/** At least three letters of its name; -1 where no day begins so. */
function indexOf(name: string): number {
  const letters = name.trim().toUpperCase();
  return letters.length < 3 ? -1 : week.findIndex((day) => day.startsWith(letters));
}
