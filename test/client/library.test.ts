import { describe, expect, it } from 'vitest';
import {
  connect,
  describeSchedule,
  InvalidInput,
  NoConnection,
  NoWorker,
  type ScheduleRequest,
  type Sluice,
  UnknownRun,
  UnknownSchedule,
} from '../../src/client/index.ts';
import { scheduleProblems } from '../../src/client/schedules/request.ts';
import { visibilityQuery } from '../../src/control/runs.ts';
import { flowNames } from '../../src/domain/flows/registry.ts';
import { idsMeantBy } from '../../src/domain/flows/run-names.ts';
import type { TestServer } from '../support/temporal.ts';
import { connected } from './support/connected.ts';

let server: TestServer;
let sluice: Sluice;
connected((to) => ({ server, sluice } = to));

describe('[PL-4] names of runs', () => {
  it.each([
    ['release/shop/v1.4.0', ['release/shop/v1.4.0']],
    ['shop/v1.4.0', ['release/shop/v1.4.0']],
    ['shop/1.4.0', ['release/shop/v1.4.0']],
    ['shop', []],
    ["shop' OR 1=1", []],
  ])('%s', (name, ids) => {
    expect(idsMeantBy(name)).toEqual(ids);
  });

  it('refuses what could end the quotes of a query', () => {
    expect(visibilityQuery({ product: 'shop', open: true })).toBe(
      `WorkflowType IN (${flowNames.map((name) => `'${name}'`).join(', ')}) AND SluiceProduct = 'shop' AND ExecutionStatus = 'Running'`,
    );
    for (const product of ["x' OR 'a'='a", '', 'a b', 'ü'])
      expect(() => visibilityQuery({ product })).toThrow(InvalidInput);
  });
});

describe('[PL-4] without a worker', () => {
  const by = 'alice';
  // A product of this file's own: others share the server.
  const product = 'nobodys-product';

  it('says so, and does not wait for ever', async () => {
    if (await sluice.hasWorker()) return;
    await expect(sluice.preview('release', { product })).rejects.toThrow(NoWorker);
  });

  it('refuses bad input before anything is asked', async () => {
    await expect(sluice.preview('release', { product: '', bump: 'huge' } as never)).rejects.toMatchObject({
      code: 'invalid-input',
      problems: [
        expect.stringContaining('product') as string,
        expect.stringContaining('"bump" is "huge"') as string,
      ],
    });
    await expect(sluice.send('approve', 'shop', { by: ' ' })).rejects.toThrow(InvalidInput);
  });

  it('names an unknown run, and the nearest one', async () => {
    await expect(sluice.status(`${product}/v9.9.9`)).rejects.toThrow(UnknownRun);
    await expect(sluice.send('approve', `release/${product}/v9.9.9`, { by })).rejects.toThrow(UnknownRun);
    const handle = await server.client.workflow.start('release', {
      taskQueue: `nobody-polls-${Date.now()}`,
      workflowId: `release/${product}/v1.0.0`,
      args: [{ product }],
    });
    try {
      expect(await sluice.resolve(`${product}/v1.0.0`)).toBe(`release/${product}/v1.0.0`);
      await expect
        .poll(async () => (await sluice.list({ limit: 500 })).map(({ run }) => run))
        .toContain(`release/${product}/v1.0.0`);
      await expect(sluice.resolve('nobodys-prodct')).rejects.toThrow('did you mean nobodys-product?');
      expect(await sluice.result(`${product}/v1.0.0`)).toBeUndefined();
      await expect(sluice.wait(`${product}/v1.0.0`, { timeout: 50 })).rejects.toMatchObject({
        code: 'timeout',
      });
      await expect(sluice.wait(`${product}/v1.0.0`, { timeout: '50ms' })).rejects.toMatchObject({
        code: 'timeout',
      });
      for (const timeout of ['soon', '', 0, -1, NaN, Infinity])
        await expect(sluice.wait(`${product}/v1.0.0`, { timeout })).rejects.toThrow(InvalidInput);
    } finally {
      await handle.terminate('the test is over');
    }
    await expect(sluice.send('approve', `${product}/v1.0.0`, { by })).resolves.toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/^the run has ended at .* \(terminated\)$/) as string,
    });
    await expect(sluice.wait(`${product}/v1.0.0`)).rejects.toMatchObject({ code: 'run-failed' });
  });
});

describe('[PL-4] connecting', () => {
  it('says what to do about a dead address at once', async () => {
    const before = Date.now();
    await expect(connect({ address: '127.0.0.1:1' })).rejects.toThrow(NoConnection);
    expect(Date.now() - before).toBeLessThan(4_000);
  });
});

describe('[RW-1] schedules', () => {
  const request: ScheduleRequest = {
    input: { product: 'scheduled-shop', by: 'alice' },
    at: { hour: 6, minute: 30, days: ['TUESDAY', 'THURSDAY'] },
    timeZone: 'Europe/Vienna',
  };

  it('are created, listed, paused, resumed and deleted', async () => {
    await sluice.schedules.delete('scheduled-shop').catch(() => undefined);
    const made = await sluice.schedules.create(request);
    expect(made).toMatchObject({
      id: 'release/scheduled-shop/default',
      product: 'scheduled-shop',
      paused: false,
      says: describeSchedule(request),
    });
    // 06:30 in Vienna, whatever the season.
    expect(made.next.length).toBe(3);
    for (const time of made.next) {
      const local = new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Europe/Vienna',
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
      }).format(new Date(time));
      expect(local).toMatch(/^(Tue|Thu) 06:30$/);
    }
    await expect(sluice.schedules.create(request)).rejects.toThrow(
      'there is a schedule release/scheduled-shop/default already',
    );
    await expect
      .poll(async () => (await sluice.schedules.list()).map(({ id }) => id))
      .toContain('release/scheduled-shop/default');
    expect(await sluice.schedules.pause('scheduled-shop', 'holidays')).toMatchObject({
      paused: true,
      note: 'holidays',
    });
    expect(await sluice.schedules.resume('scheduled-shop/default')).toMatchObject({ paused: false });
    const description = await server.client.schedule.getHandle(made.id).describe();
    expect(description.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 600_000 });
    expect(description.action).toMatchObject({
      workflowType: 'release',
      workflowId: 'release/scheduled-shop/scheduled',
      args: [{ product: 'scheduled-shop', by: 'alice' }],
    });
    await sluice.schedules.delete('scheduled-shop');
    await expect(sluice.schedules.get('scheduled-shop')).rejects.toThrow(UnknownSchedule);
  });

  it('are said in plain words', () => {
    const first = (times: Partial<ScheduleRequest>): string =>
      describeSchedule({ ...request, at: undefined, ...times } as ScheduleRequest)[0] ?? '';
    expect(describeSchedule(request)).toEqual([
      'Every Tuesday and Thursday at 06:30, in the time zone Europe/Vienna.',
      'If the release before is still going on, this one is left out.',
      'A time that passed while Temporal was down is made up for if that is at most 10m ago; older ones are left out.',
    ]);
    expect(first({ at: { hour: 0, minute: 5 } })).toBe('Every day at 00:05, in the time zone Europe/Vienna.');
    expect(first({ cron: '30 6 * * TUE' })).toBe(
      'At the times of the cron line "30 6 * * TUE", in the time zone Europe/Vienna.',
    );
    expect(first({ every: 7 * 86_400_000 })).toBe(
      'Every 7d, counted from the epoch, whatever the time zone.',
    );
  });

  it('refuses what can not be meant, all problems at once', async () => {
    expect(
      scheduleProblems({
        input: { product: '' },
        cron: '* *',
        every: 5,
        timeZone: 'Mars/Base',
        catchUp: 1,
        name: 'A B',
      }),
    ).toEqual([
      '"product" is missing: say what to release',
      'say when: exactly one of a cron line, an interval or a time of day',
      '"* *" is not a cron line of five fields, such as "30 6 * * TUE"',
      'an interval must be at least 1m',
      '"Mars/Base" is not an IANA time zone, such as Europe/Vienna or UTC',
      'the catch-up window must be at least 10s',
      '"A B" is not a name: lower-case letters, digits and hyphens',
    ]);
    const { input, timeZone } = request;
    await expect(sluice.schedules.create({ input, timeZone, cron: '99 99 * * *' })).rejects.toThrow(
      InvalidInput,
    );
  });
});
