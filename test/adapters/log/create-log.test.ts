import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createLog, logSettings } from '../../../src/adapters/log/index.ts';
import type { LogLevel } from '../../../src/adapters/log/settings.ts';

function logAt(level: LogLevel) {
  const lines: string[] = [];
  const log = createLog({ level, sink: { write: (line) => void lines.push(line), lost: () => 0 } });
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a line', () => {
  it('is one line of JSON with level, time, process, fields and message', () => {
    const { log, lines, parsed } = logAt('info');
    log.info('staging.deploy is done: 1.4.0 serves', {
      run: 'release/shop/v1.4.0',
      step: 'staging.deploy',
      attempt: 2,
    });
    expect(lines[0]?.match(/\n/g)).toHaveLength(1);
    const [line] = parsed();
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
      pid: process.pid,
      host: hostname(),
      run: 'release/shop/v1.4.0',
      step: 'staging.deploy',
      attempt: 2,
      message: 'staging.deploy is done: 1.4.0 serves',
    });
  });
  it('of a child has the fields of all above it', () => {
    const { log, parsed } = logAt('info');
    log.child({ product: 'shop' }).child({ environment: 'production' }).warn('down', { weight: 10 });
    expect(parsed()[0]).toMatchObject({
      product: 'shop',
      environment: 'production',
      weight: 10,
      level: 'warn',
    });
  });
  it('keeps its own names: a field called like one of them is renamed', () => {
    const { log, parsed } = logAt('info');
    log.info('yes', { level: 'high', time: 12, message: 'no', pid: 1, host: 'x' });
    expect(parsed()[0]).toMatchObject({
      level: 'info',
      message: 'yes',
      message_: 'no',
      time_: 12,
      level_: 'high',
      pid_: 1,
    });
  });
  it('takes a message as it stands', () => {
    const { log, parsed } = logAt('info');
    log.info('100 %d of %s\nand %%', {});
    expect(parsed()[0]?.['message']).toBe('100 %d of %s\nand %%');
  });
  it('may be said of another time, and only that one', () => {
    const { log, parsed } = logAt('info');
    log.at(0, 'info', 'then');
    log.info('now');
    expect(parsed()[0]?.['time']).toBe('1970-01-01T00:00:00.000Z');
    expect(parsed()[1]?.['time']).not.toContain('1970');
  });
  it.each([
    [
      'a circle',
      () => {
        const a: Record<string, unknown> = {};
        a['a'] = a;
        return a;
      },
      '[circular]',
    ],
    [
      'a getter that throws',
      () => ({
        get x(): never {
          throw new Error('boom');
        },
      }),
      'unreadable: boom',
    ],
    ['a bigint', () => ({ x: 12n }), '12'],
    [
      'what is too deep',
      () => JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as object,
      '[deeper]',
    ],
    ['an endless list', () => ({ x: Array.from({ length: 100_000 }, (_, at) => at) }), 'more'],
    [
      'a toJSON that throws',
      () => ({
        x: 1,
        toJSON: () => {
          throw new Error('boom');
        },
      }),
      '"x":1',
    ],
    ['a date that is none', () => ({ x: new Date(Number.NaN) }), 'null'],
    ['a null prototype', () => Object.assign(Object.create(null) as object, { x: 1 }), '"x":1'],
    ['bytes', () => ({ x: new Uint8Array(10) }), '[10 bytes]'],
    [
      'a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return { x: proxy };
      },
      'unreadable',
    ],
  ])('holds %s and harms nobody', (_what, make, shown) => {
    const { log, lines } = logAt('info');
    log.info('odd', { odd: make() });
    expect(lines[0]).toContain(shown);
    expect(lines[0]?.length).toBeLessThan(20_000);
  });
});

it.each([
  ['debug', ['debug', 'info', 'warn', 'error', 'fatal']],
  ['info', ['info', 'warn', 'error', 'fatal']],
  ['warn', ['warn', 'error', 'fatal']],
  ['error', ['error', 'fatal']],
  ['silent', []],
] as const)('at level %s there are %j', (level, expected) => {
  const { log, parsed } = logAt(level);
  for (const name of ['debug', 'info', 'warn', 'error', 'fatal'] as const) log[name]('said');
  expect(parsed().map((line) => line['level'])).toEqual(expected);
});

describe('settings', () => {
  it('are what docs/logs.md says where nothing is set', () => {
    expect(logSettings({})).toEqual({
      level: 'info',
      maxBytes: 10_000_000,
      maxAge: 604_800_000,
      keep: 5,
      keepFor: 2_592_000_000,
    });
  });
  it('are read from the environment', () => {
    const env = {
      SLUICE_LOG_LEVEL: 'DEBUG',
      SLUICE_LOG_SIZE: '64kB',
      SLUICE_LOG_AGE: '1d',
      SLUICE_LOG_KEEP: '0',
      SLUICE_LOG_KEEP_FOR: '12h',
    };
    expect(logSettings(env)).toEqual({
      level: 'debug',
      maxBytes: 64_000,
      maxAge: 86_400_000,
      keep: 0,
      keepFor: 43_200_000,
    });
  });
  it('that are wrong are all told, with how to write them', () => {
    const env = {
      SLUICE_LOG_LEVEL: 'loud',
      SLUICE_LOG_SIZE: '10',
      SLUICE_LOG_AGE: '-1d',
      SLUICE_LOG_KEEP: '1e9',
      SLUICE_LOG_KEEP_FOR: 'long',
    };
    expect(() => logSettings(env)).toThrow(
      expect.objectContaining({
        name: 'LogSettingsProblem',
        problems: [
          'SLUICE_LOG_LEVEL is "loud"; write it like debug, info, warn, error or silent',
          'SLUICE_LOG_SIZE is "10"; write it like 10MB',
          'SLUICE_LOG_AGE is "-1d"; write it like 7d',
          'SLUICE_LOG_KEEP is "1e9"; write it like 5 (files, at most 100)',
          'SLUICE_LOG_KEEP_FOR is "long"; write it like 30d',
        ],
      }) as Error,
    );
  });
});
