import { activityInfo, cancelled, log as effectLog } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { effectContext } from '../../../src/activities/context.ts';
import { createLog, hideInLogs } from '../../../src/adapters/log/index.ts';
import type { LogLevel } from '../../../src/adapters/log/settings.ts';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';
import { logEffects, subjectOf } from '../../../src/workers/log/effects.ts';
import { temporalLogger } from '../../../src/workers/log/temporal-logger.ts';

const canary = 'canary-17e9"c4';
const { resolve, redact } = createSecretResolver({ env: { CANARY: canary }, baseDirectory: '/' });
hideInLogs(redact);
await resolve('env:CANARY');

/** One attempt of an effect with Temporal's own activity code, and what is logged of it. */
async function attempt(
  work: (...args: unknown[]) => Promise<unknown>,
  {
    args = [],
    attempt: number = 1,
    level = 'debug',
    cancel = false,
  }: { args?: unknown[]; attempt?: number; level?: LogLevel; cancel?: boolean } = {},
) {
  const texts: string[] = [];
  const log = createLog({ level, sink: { write: (line) => void texts.push(line), lost: () => 0 } });
  const environment = new MockActivityEnvironment(
    {
      attempt: number,
      activityType: 'deploy',
      workflowType: 'release',
      inWorkflow: true,
      workflowExecution: { workflowId: 'release/shop/v1.4.0', runId: 'one' },
    },
    { interceptors: [logEffects], logger: temporalLogger(log) },
  );
  const running = environment.run(work, ...args).then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (cancel) environment.cancel('CANCELLED');
  const ended = await running;
  return {
    ended,
    text: texts.join(''),
    lines: texts.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

const ref = { step: 'staging.deploy', try: 2, run: 'one', product: 'shop', configuration: 'f'.repeat(64) };
const request = { environment: 'staging', target: { product: 'shop', version: '1.4.0', commit: 'abc' } };
const about = {
  run: 'release/shop/v1.4.0',
  flow: 'release',
  effect: 'deploy',
  step: 'staging.deploy',
  try: 2,
  product: 'shop',
  environment: 'staging',
  version: '1.4.0',
};

describe('an effect', () => {
  it('is logged when it begins and when it is done, with what it is about, how it went and how long it took', async () => {
    const { lines, ended } = await attempt(
      async () => ({ ok: true, summary: '1.4.0 serves', log: '/x/stdout', tail: 'much' }),
      { args: [ref, request] },
    );
    expect(ended).toMatchObject({ value: { ok: true } });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ level: 'debug', message: 'deploy begins', attempt: 1, ...about });
    expect(lines[1]).toMatchObject({
      level: 'info',
      message: 'deploy is done: 1.4.0 serves',
      ok: true,
      output: '/x/stdout',
      ...about,
    });
    expect(lines[1]?.['durationMs']).toBeTypeOf('number');
    expect(lines[1]).not.toHaveProperty('tail');
  });

  it('that says no is a warning', async () => {
    const { lines } = await attempt(async () => ({ ok: false, summary: 'exited with 1' }), {
      args: [ref, request],
    });
    expect(lines.at(-1)).toMatchObject({
      level: 'warn',
      ok: false,
      message: 'deploy says no: exited with 1',
    });
  });

  it('that fails is told once, with the attempt and the reason, and its retry says that it is one', async () => {
    const failing = await attempt(
      async () => {
        throw ApplicationFailure.retryable('no route to staging', 'Unreachable');
      },
      { args: [ref, request], attempt: 3 },
    );
    expect(failing.lines.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'deploy begins again: attempt 3'],
      ['warn', 'deploy failed: no route to staging'],
    ]);
    expect(failing.lines[1]).toMatchObject({
      attempt: 3,
      error: { type: 'Unreachable', message: 'no route to staging' },
      ...about,
    });
    expect(failing.ended).toHaveProperty('error');
  });

  it('that is stopped is no failure', async () => {
    const { lines, ended } = await attempt(() => cancelled(), { args: [ref], cancel: true });
    expect(lines.at(-1)).toMatchObject({ level: 'info', message: 'deploy was stopped' });
    expect((ended as { error: unknown }).error).toBeInstanceOf(CancelledFailure);
  });

  it('that belongs to no step is told only to who wants to know all', async () => {
    const { lines } = await attempt(async () => undefined, { args: [[{ key: 'a' }]] });
    expect(lines.map(({ level }) => level)).toEqual(['debug', 'debug']);
    expect((await attempt(async () => undefined, { level: 'info' })).lines).toEqual([]);
  });

  it("gives the port a log of its own, and that one's children more fields", async () => {
    const { lines } = await attempt(
      async () => {
        const { log, step } = effectContext(ref);
        log.child({ slot: 'green' }).warn('is slow', { weight: 10 });
        effectLog.info('said to Temporal');
        return { ok: true, summary: `${step} of ${activityInfo().activityType}` };
      },
      { args: [ref, request] },
    );
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'is slow',
        level: 'warn',
        slot: 'green',
        weight: 10,
        from: 'activity',
        ...about,
      }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ message: 'said to Temporal', ...about }));
  });

  it('shows no secret, whatever it says and however it fails', async () => {
    const quoted = JSON.stringify({ nested: JSON.stringify({ canary }) });
    const { text } = await attempt(
      async () => {
        effectContext(ref).log.warn(`with ${canary}`, { canary, list: [quoted], password: 'hunter2hunter2' });
        const cause = new Error(`the program said: ${quoted}`);
        throw ApplicationFailure.create({
          message: `refused ${canary}`,
          type: 'Refused',
          details: [{ canary }],
          cause,
        });
      },
      { args: [ref, { ...request, environment: canary }] },
    );
    expect(text).toContain('refused [redacted]');
    for (const mark of ['canary-17e9', 'c4"', 'hunter2']) expect(text).not.toContain(mark);
  });

  it('tells nothing of what Temporal keeps for itself', async () => {
    const { text } = await attempt(async () => undefined, { args: [ref] });
    expect(text).not.toMatch(/taskToken|taskQueue|namespace|activityId|isLocal/);
  });
});

it.each([
  [
    'what names it by reference first',
    [ref, request],
    { step: 'staging.deploy', try: 2, environment: 'staging', product: 'shop', version: '1.4.0' },
  ],
  ['nothing', [], {}],
  ['what is none', [null, 7, 'text', { target: null, step: 5 }], {}],
  ['what is inherited', [Object.create({ step: 'evil' }) as object], {}],
] as const)('%s', (_what, args, expected) => {
  expect(subjectOf(args)).toEqual(expected);
});

describe("Temporal's own messages", () => {
  function told(
    message: string,
    meta?: Record<string | symbol, unknown>,
  ): Record<string, unknown> | undefined {
    const lines: string[] = [];
    const log = createLog({ level: 'info', sink: { write: (line) => void lines.push(line), lost: () => 0 } });
    temporalLogger(log).warn(message, meta);
    return lines[0] === undefined ? undefined : (JSON.parse(lines[0]) as Record<string, unknown>);
  }
  it('have the time at which they were said', () => {
    const at = { [Symbol.for('log_timestamp')]: 1_700_000_000_123_000_000n };
    expect(told('gRPC is unavailable', at)?.['time']).toBe('2023-11-14T22:13:20.123Z');
  });
  it('hold no secret', () => {
    expect(
      JSON.stringify(told(`refused: ${canary}`, { metadata: { authorization: 'Bearer abcdef', x: canary } })),
    ).not.toMatch(/canary|abcdef/);
  });
  it('say which run they are about, in the words of a run', () => {
    expect(
      told('Workflow failed', {
        workflowId: 'release/shop/v1',
        workflowType: 'release',
        sdkComponent: 'worker',
      }),
    ).toMatchObject({ run: 'release/shop/v1', flow: 'release', from: 'worker' });
  });
});
