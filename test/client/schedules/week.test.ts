import { describe, expect, it } from 'vitest';
import { daysMeant } from '../../../src/client/schedules/week.ts';

describe('the days of a week', () => {
  it.each([
    ['tue', ['TUESDAY']],
    ['tue,thu', ['TUESDAY', 'THURSDAY']],
    ['Tuesday, Thurs', ['TUESDAY', 'THURSDAY']],
    ['mon-fri', ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY']],
    ['sat-mon', ['SATURDAY', 'SUNDAY', 'MONDAY']],
    ['sun-sun', ['SUNDAY']],
    ['mon,sat-sun', ['MONDAY', 'SATURDAY', 'SUNDAY']],
  ])('%s', (text, days) => {
    expect(daysMeant(text)).toEqual(days);
  });

  it.each(['', 'mo', 'tuesdays', 'mon-', '-fri', 'mon-wed-fri', 'mon,,fri', 'mon-fry', 'morgen'])(
    'are not understood: "%s"',
    (text) => {
      expect(daysMeant(text)).toBeUndefined();
    },
  );
});
