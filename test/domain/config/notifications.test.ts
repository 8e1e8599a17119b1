import { describe, expect, it } from 'vitest';
import { productSchema } from '../../../src/domain/config/schema.ts';

const environment = { script: { deploy: 'true', rollback: 'true' }, url: 'http://127.0.0.1:9' };
const parse = (...notifications: unknown[]) =>
  productSchema.safeParse({
    product: 'shop',
    repository: { path: '.' },
    environments: { staging: environment, production: { ...environment, approval: { from: ['alice'] } } },
    notifications,
  });
const problemsOf = (...notifications: unknown[]) =>
  (parse(...notifications).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

const pagerduty = { routingKey: 'env:PAGERDUTY_KEY' };

describe('notifications to whoever is on call', () => {
  it('go to PagerDuty, and are only those that can’t wait, where nothing else is said', () => {
    expect(parse({ pagerduty }).data?.notifications).toEqual([
      {
        pagerduty: { ...pagerduty, url: 'https://events.pagerduty.com/v2/enqueue' },
        on: ['rollback-failed', 'rolled-back', 'failed', 'issue'],
      },
    ]);
  });

  it('may be others, and go to another address', () => {
    const url = 'https://events.eu.pagerduty.com/v2/enqueue';
    expect(parse({ pagerduty: { ...pagerduty, url }, on: ['failed'] }).data?.notifications).toEqual([
      { pagerduty: { ...pagerduty, url }, on: ['failed'] },
    ]);
  });

  it('leave other channels as they are: without `on` they get everything', () => {
    expect(parse({ slack: 'env:HOOK' }).data?.notifications).toEqual([{ slack: 'env:HOOK' }]);
  });

  const one = 'notifications.0: say where it goes: exactly one of slack, webhook, email or pagerduty';
  it.each([
    [
      'the key itself',
      { pagerduty: { routingKey: 'f'.repeat(32) } },
      /^notifications\.0\.pagerduty\.routingKey: a secret/,
    ],
    ['no key', { pagerduty: {} }, /^notifications\.0\.pagerduty\.routingKey: /],
    [
      'no address',
      { pagerduty: { ...pagerduty, url: 'pagerduty' } },
      /^notifications\.0\.pagerduty\.url: not a URL/,
    ],
    ['two channels in one', { pagerduty, slack: 'env:HOOK' }, new RegExp(`^${one}$`)],
    ['no channel', { on: ['failed'] }, new RegExp(`^${one}$`)],
  ])('%s is refused', (_, notification, said) => {
    expect(problemsOf(notification)).toEqual([expect.stringMatching(said)]);
  });
});
