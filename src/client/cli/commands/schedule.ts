import type { DayOfWeek } from '@temporalio/client';
import type { ReleaseInput } from '../../../domain/release/input.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { InvalidInput } from '../../errors.ts';
import type { ScheduleRequest } from '../../schedules/request.ts';
import type { ReleaseSchedule } from '../../schedules/schedules.ts';
import { daysMeant } from '../../schedules/week.ts';
import { exitCodes } from '../exit-codes.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { oneLine, wrap } from '../render/text.ts';
import { withSluice } from '../session.ts';

interface CreateOptions extends SharedOptions {
  readonly product: string;
  readonly cron?: string;
  readonly every?: number;
  readonly at?: string;
  readonly on?: string;
  readonly timeZone?: string;
  readonly overlap: 'skip' | 'queue';
  readonly catchUp?: number;
  readonly name?: string;
  readonly bump?: NonNullable<ReleaseInput['bump']>;
  readonly preid?: string;
  readonly by?: string;
}

/** `sluice schedule create`: says in plain words what it made. */
export async function createSchedule(io: Io, _args: string[], options: CreateOptions): Promise<number> {
  const request = requestOf(options);
  const schedule = await withSluice(options, async (sluice) => {
    const known = await sluice.products();
    if (!known.some(({ product }) => product === options.product)) {
      throw new InvalidInput([
        `there is no product "${options.product}"; known are ${known.map(({ product }) => product).join(', ') || 'none'}`,
      ]);
    }
    return sluice.schedules.create(request);
  });
  io.result(schedule, renderSchedule(schedule, Date.now(), io).join('\n'));
  return exitCodes.done;
}

export async function listSchedules(io: Io, _args: string[], options: SharedOptions): Promise<number> {
  const schedules = await withSluice(options, (sluice) => sluice.schedules.list());
  const text = schedules.map((schedule) => renderSchedule(schedule, Date.now(), io).join('\n')).join('\n\n');
  io.result(schedules, schedules.length === 0 ? 'No schedules.' : text);
  return exitCodes.done;
}

export async function pauseSchedule(
  io: Io,
  [id = '']: string[],
  options: SharedOptions & { readonly comment?: string },
): Promise<number> {
  const schedule = await withSluice(options, (sluice) => sluice.schedules.pause(id, options.comment));
  io.result(schedule, renderSchedule(schedule, Date.now(), io).join('\n'));
  return exitCodes.done;
}

export async function resumeSchedule(
  io: Io,
  [id = '']: string[],
  options: SharedOptions & { readonly comment?: string },
): Promise<number> {
  const schedule = await withSluice(options, (sluice) => sluice.schedules.resume(id, options.comment));
  io.result(schedule, renderSchedule(schedule, Date.now(), io).join('\n'));
  return exitCodes.done;
}

export async function deleteSchedule(io: Io, [id = '']: string[], options: SharedOptions): Promise<number> {
  await withSluice(options, (sluice) => sluice.schedules.delete(id));
  io.result({ deleted: id }, `${io.paint.good('✔')} deleted ${id}; what it has started goes on`);
  return exitCodes.done;
}

function renderSchedule(
  { id, paused, note, says, next }: ReleaseSchedule,
  now: number,
  { paint, width }: Io,
): string[] {
  const state = paused ? paint.attention(`paused${note ? `: ${oneLine(note)}` : ''}`) : paint.good('active');
  const times = next.map(
    (time) =>
      `${time.replace('T', ' ').replace(/:\d\d\.\d+Z$/, ' UTC')} (in ${formatDuration(Date.parse(time) - now)})`,
  );
  return [
    `${paint.strong(id)}  ${state}`,
    ...says.flatMap((line) => wrap(oneLine(line), width - 2)).map((line) => `  ${line}`),
    ...(paused ? [] : times.map((time, i) => paint.faint(`  ${i === 0 ? 'Next:' : '     '} ${time}`))),
  ];
}

function requestOf(options: CreateOptions): ScheduleRequest {
  const { product, bump, preid, cron, every, at, on, name, overlap, catchUp } = options;
  if (on !== undefined && at === undefined)
    throw new InvalidInput(['--on goes with --at, such as --on tue,thu --at 06:30']);
  return {
    input: { product, ...(bump ? { bump } : {}), ...(preid ? { preid } : {}), by: whoAmI(options.by) },
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    overlap,
    ...(cron !== undefined ? { cron } : {}),
    ...(every !== undefined ? { every } : {}),
    ...(at !== undefined
      ? { at: { ...timeOfDay(at), ...(on !== undefined ? { days: daysOf(on) } : {}) } }
      : {}),
    ...(name !== undefined ? { name } : {}),
    ...(catchUp !== undefined ? { catchUp } : {}),
  };
}

function timeOfDay(text: string): { hour: number; minute: number } {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!match) throw new InvalidInput([`--at is "${text}"; write it like 06:30`]);
  return { hour: Number(match[1]), minute: Number(match[2]) };
}

function daysOf(text: string): readonly DayOfWeek[] {
  const days = daysMeant(text);
  if (!days) throw new InvalidInput([`--on is "${text}"; write it like tue,thu or mon-fri`]);
  return days;
}
