import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/activities/ports/records.ts';
import { NotificationProblem } from '../../../src/adapters/notify/notification-problem.ts';
import { createNotifier } from '../../../src/adapters/notify/notifier.ts';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';
import { startPagerDuty } from './pagerduty-stand-in.ts';
import type { PagerDuty } from './pagerduty-stand-in.ts';

let pagerDuty: PagerDuty;
const env: NodeJS.ProcessEnv = {};

beforeEach(async () => {
  pagerDuty = await startPagerDuty();
  env['PAGERDUTY_KEY'] = pagerDuty.routingKey;
});
afterEach(() => pagerDuty.stop());

const run = 'release/shop/v1.4.0';
const rolledBack: Notification = {
  key: `${run}/run-1/7`,
  event: 'rolled-back',
  run,
  product: 'shop',
  version: '1.4.0',
  title: 'shop v1.4.0: rolled-back',
  body: '## What\n\nat 10 %: **error rate** 12 % is over `5 %`; production runs v1.3.0 again',
  links: [{ title: 'Issue for the fix', url: 'https://git.shop.test/issues/7' }],
};
const send = (over: Partial<Notification> = {}, signal = new AbortController().signal): Promise<void> =>
  createNotifier({ secrets: createSecretResolver({ env, baseDirectory: '/' }), timeout: 2_000 }).send(
    { pagerduty: { routingKey: 'env:PAGERDUTY_KEY', url: pagerDuty.url } },
    { ...rolledBack, ...over },
    signal,
  );
const problem = async (work: Promise<unknown>): Promise<NotificationProblem> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NotificationProblem);
  return error as NotificationProblem;
};

describe('what whoever is on call gets', () => {
  it('[SI-10] a rollback opens an incident that says what happened, where to look, and how bad it is', async () => {
    await send();
    const [{ events, key }] = pagerDuty.alerts as [PagerDuty['alerts'][number]];
    expect(events).toEqual([
      {
        routing_key: pagerDuty.routingKey,
        event_action: 'trigger',
        dedup_key: key,
        client: 'Sluice',
        payload: {
          summary:
            'shop v1.4.0: rolled-back – at 10 %: error rate 12 % is over 5 %; production runs v1.3.0 again',
          source: run,
          severity: 'error',
          component: 'shop',
          class: 'rolled-back',
          custom_details: {
            event: 'rolled-back',
            run,
            version: '1.4.0',
            details: 'What\n\nat 10 %: error rate 12 % is over 5 %; production runs v1.3.0 again',
            notification: rolledBack.key,
          },
        },
        links: [{ href: 'https://git.shop.test/issues/7', text: 'Issue for the fix' }],
      },
    ]);
  });

  it.each([
    ['rollback-failed', 'critical'],
    ['failed', 'error'],
    ['issue', 'error'],
    ['rolled-back', 'error'],
    ['blocked', 'warning'],
    ['question', 'warning'],
    ['escalation', 'warning'],
    ['reminder', 'warning'],
    ['approval-needed', 'info'],
    ['released', 'info'],
    ['stopped', 'info'],
  ] as const)('%s is %s', async (event, severity) => {
    await send({ event });
    expect(pagerDuty.alerts[0]?.events[0]?.payload.severity).toBe(severity);
  });

  it.each([
    [
      'everything too long',
      { title: 'é'.repeat(3_000), body: '\u0001'.repeat(200_000), run: `r${'ü'.repeat(900)}` },
    ],
    ['a pair torn apart by the limit', { title: `${'x'.repeat(1_022)}😀😀` }],
    ['halves of pairs', { title: '\ud800', body: '\udc00', key: '\ud800' }],
    ['nothing to say', { title: '', body: '', links: [] }],
    ['no version', { version: undefined }],
    ['only code', { body: '```\nboom\n```' }],
    [
      'hundreds of links',
      { links: Array.from({ length: 400 }, () => ({ title: 'x'.repeat(900), url: 'https://a.test' })) },
    ],
    ['a link that leads nowhere', { links: [{ title: 'x', url: 'javascript:alert(1)' }] }],
  ])('PagerDuty takes it: %s', async (_, over) => {
    await send(over);
    expect(pagerDuty.invalid).toEqual([]);
    expect(pagerDuty.pages()).toBe(1);
  });
});

describe('how often somebody is called', () => {
  it('[SI-10] once, although the answer was lost and it was sent again', async () => {
    pagerDuty.next.push('lose');
    expect((await problem(send())).permanent).toBe(false);
    await send();
    expect(pagerDuty.pages()).toBe(1);
    expect(pagerDuty.alerts[0]?.events).toHaveLength(2);
  });

  it('once for an issue and for the rollback that it leads to', async () => {
    await send({ event: 'issue', key: `${run}/run-1/6` });
    await send();
    expect(pagerDuty.pages()).toBe(1);
  });

  it('again when it becomes worse, although somebody has acknowledged the incident', async () => {
    await send({ event: 'issue', key: `${run}/run-1/6` });
    pagerDuty.alerts[0]!.state = 'acknowledged';
    await send({ event: 'rollback-failed', key: `${run}/run-1/7` });
    await send({ event: 'rollback-failed', key: `${run}/run-1/8` });
    expect(pagerDuty.pages()).toBe(2);
  });

  it('again for another execution of a run with the same name, however long its name is', async () => {
    const long = `release/${'x'.repeat(400)}/v1.4.0`;
    for (const name of [run, long])
      for (const execution of ['a', 'a', 'b']) await send({ run: name, key: `${name}/${execution}/7` });
    expect(pagerDuty.pages()).toBe(4);
  });
});

describe('when PagerDuty does not take it', () => {
  it('a routing key that is none is permanent, in PagerDuty’s own words', async () => {
    env['PAGERDUTY_KEY'] = 'too-short';
    expect(await problem(send())).toMatchObject({
      permanent: true,
      message: expect.stringMatching(
        /^PagerDuty answered 400: invalid event: Event object is invalid: .*should be 32 characters/,
      ) as string,
    });
  });

  it('a routing key that belongs to nobody is permanent, and is shown to nobody', async () => {
    env['PAGERDUTY_KEY'] = 'f'.repeat(32);
    pagerDuty.next.push({
      status: 400,
      body: JSON.stringify({ status: 'invalid event', errors: [`who is ${'f'.repeat(32)}?`] }),
    });
    const refused = await problem(send());
    expect(refused).toMatchObject({
      permanent: true,
      message: 'PagerDuty answered 400: invalid event: who is [redacted]?',
    });
  });

  it.each([
    [429, false],
    [500, false],
    [503, false],
    [408, false],
    [400, true],
    [404, true],
    [302, true],
    [200, false],
  ])('%d is permanent: %s', async (status, permanent) => {
    pagerDuty.next.push({ status, body: '<html>not JSON</html>' });
    const refused = await problem(send());
    expect(refused.permanent).toBe(permanent);
    expect(refused.message).toContain(String(status));
    expect(pagerDuty.pages()).toBe(0);
  });

  it('nobody there is transient', async () => {
    await pagerDuty.stop();
    expect(await problem(send())).toMatchObject({
      permanent: false,
      message: expect.stringContaining('PagerDuty was not reached') as string,
    });
    pagerDuty = await startPagerDuty();
  });

  it('a cancelled page ends with the reason it was given', async () => {
    const reason = new Error('the worker stops');
    await expect(send({}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
