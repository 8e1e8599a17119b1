import { parseDuration } from '../../domain/text/time.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** How much is logged, and how long it is kept (docs/logs.md). */
export interface LogSettings {
  readonly level: LogLevel;
  /** A file with so many bytes is put aside and a new one begun. */
  readonly maxBytes: number;
  /** The same for one that was begun so many milliseconds ago. */
  readonly maxAge: number;
  /** So many files that were put aside are kept … */
  readonly keep: number;
  /** … and none longer than so many milliseconds after its last line. */
  readonly keepFor: number;
}

/** Whether a variable says how to log: what a process that is started with few variables has to know. */
export const isLogSetting = (name: string): boolean =>
  /^SLUICE_LOG_(LEVEL|SIZE|AGE|KEEP|KEEP_FOR)$/.test(name);

/** A variable `SLUICE_LOG_*` that can't be understood. */
export class LogSettingsProblem extends Error {
  override readonly name = 'LogSettingsProblem';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const day = 86_400_000;
const defaults: LogSettings = {
  level: 'info',
  maxBytes: 10_000_000,
  maxAge: 7 * day,
  keep: 5,
  keepFor: 30 * day,
};

/** @throws LogSettingsProblem with everything that is wrong */
export function logSettings(env: NodeJS.ProcessEnv): LogSettings {
  const problems: string[] = [];
  const read = <T>(name: string, fallback: T, parse: (text: string) => T | undefined, like: string): T => {
    const text = env[name]?.trim();
    if (!text) return fallback;
    const value = parse(text);
    if (value === undefined) problems.push(`${name} is "${text}"; write it like ${like}`);
    return value ?? fallback;
  };
  const settings = {
    level: read(
      'SLUICE_LOG_LEVEL',
      defaults.level,
      level,
      logLevels.join(', ').replace(/, (\w+)$/, ' or $1'),
    ),
    maxBytes: read('SLUICE_LOG_SIZE', defaults.maxBytes, bytes, '10MB'),
    maxAge: read('SLUICE_LOG_AGE', defaults.maxAge, time, '7d'),
    keep: read('SLUICE_LOG_KEEP', defaults.keep, count, '5 (files, at most 100)'),
    keepFor: read('SLUICE_LOG_KEEP_FOR', defaults.keepFor, time, '30d'),
  };
  if (problems.length > 0) throw new LogSettingsProblem(problems);
  return settings;
}

function level(text: string): LogLevel | undefined {
  return logLevels.find((known) => known === text.toLowerCase());
}

const units: Readonly<Record<string, number>> = { kb: 1_000, mb: 1_000_000, gb: 1_000_000_000 };

function bytes(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,6}) ?([kmg]b)$/i.exec(text) ?? [];
  const value = Number(number) * (units[unit?.toLowerCase() ?? ''] ?? Number.NaN);
  return value > 0 ? value : undefined;
}

function time(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms && ms > 0 ? ms : undefined;
}

function count(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : undefined;
}
