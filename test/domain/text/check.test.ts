import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyText,
  flag,
  integer,
  list,
  oneOf,
  optional,
  shape,
  text,
} from '../../../src/domain/text/check.ts';
import { lockProblems } from '../../../src/domain/environments/lock-queue.ts';
import { readNotification } from '../../../src/domain/records/notification-request.ts';

const person = shape({
  name: text(10, /^[a-z]+$/),
  age: integer(0, 150),
  kind: oneOf(['a', 'b']),
  nick: optional(anyText(5)),
  tags: list(text(3), 2),
  here: flag,
});
const ada = { name: 'ada', age: 36, kind: 'a', tags: ['x'], here: true };

describe('what comes from anywhere', () => {
  it('fits where every member does', () => {
    expect(person(ada, 'it')).toEqual([]);
    expect(person({ ...ada, nick: '' }, 'it')).toEqual([]);
  });

  it.each([
    ['nothing', null],
    ['a list', [ada]],
    ['text', 'ada'],
    ['a member too many', { ...ada, more: 1 }],
    ['a member that every object inherits', JSON.parse('{"__proto__":{"name":"ada"}}')],
    ['members that are inherited', Object.create(ada)],
    ['a number for a text', { ...ada, name: 7 }],
    ['a text that is too long', { ...ada, name: 'a'.repeat(11) }],
    ['a text of another form', { ...ada, name: '__proto__' }],
    ['an empty text', { ...ada, name: '' }],
    ['1e99 for a number', { ...ada, age: 1e99 }],
    ['a fraction', { ...ada, age: 1.5 }],
    ['text for a number', { ...ada, age: '36' }],
    ['no number', { ...ada, age: Number.NaN }],
    ['null for a number', { ...ada, age: null }],
    ['another word', { ...ada, kind: 'constructor' }],
    ['null for what may be left out', { ...ada, nick: null }],
    ['too many', { ...ada, tags: ['x', 'y', 'z'] }],
    ['a wrong one among them', { ...ada, tags: ['x', ''] }],
    ['1 for true', { ...ada, here: 1 }],
  ])('%s does not, and it is said why', (_, value) => {
    expect(person(value, 'it')).not.toEqual([]);
  });

  it('has an answer, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (a, b, c) => {
        expect(Array.isArray(person(a, 'it'))).toBe(true);
        expect(lockProblems(a, b, c)).not.toEqual([]);
        expect(readNotification(a).ok).toBe(false);
      }),
    );
  });
});

describe('the channels of a notification', () => {
  const message = {
    key: 'k',
    event: 'issue',
    run: 'r',
    product: 'shop',
    title: 't',
    body: '',
    links: [{ title: 'x', url: 'https://x' }],
  };
  const asked = { product: 'shop', configuration: '0'.repeat(64), channels: [0, 2], message };

  it('are numbers of the configuration', () => {
    expect(readNotification(asked)).toEqual({ ok: true, value: asked });
  });

  it.each<[string, unknown]>([
    [
      'a channel of somebody’s own',
      { ...asked, channels: [{ pagerduty: { routingKey: 'file:/etc/passwd' } }] },
    ],
    ['channels of version 0.2', [[{ webhook: { url: 'env:SECRET' } }], message]],
    ['a number that is none', { ...asked, channels: [1e99] }],
    ['a product that is none', { ...asked, product: 'constructor ' }],
    ['no digest', { ...asked, configuration: 'latest' }],
    ['more than a message', { ...asked, message: { ...message, channel: 'x' } }],
    ['an event that every object inherits', { ...asked, message: { ...message, event: 'constructor' } }],
    ['a message of another product', { ...asked, message: { ...message, product: 'other' } }],
    ['an event that is text for a terminal', { ...asked, message: { ...message, event: '\u001b[2J' } }],
  ])('and never %s', (_, value) => {
    expect(readNotification(value).ok).toBe(false);
  });
});

describe('a lock', () => {
  const entry = { run: 'release/shop/v1.0.0', runId: 'a-b-c', emergency: false };
  it('begins with nobody, or with those who waited before it went on as another execution', () => {
    expect(lockProblems('shop', 'production', [])).toEqual([]);
    expect(
      lockProblems('shop', 'production', [
        { ...entry, place: { position: 0, behind: '' }, yields: true, wanted: true },
      ]),
    ).toEqual([]);
  });

  it.each<[string, unknown, unknown, unknown]>([
    ['no name of a product', '../..', 'production', []],
    ['no name of an environment', 'shop', '__proto__', []],
    ['null for a queue', 'shop', 'production', null],
    ['foreign members', 'shop', 'production', [{ ...entry, more: 1 }]],
    ['an execution that is none', 'shop', 'production', [{ ...entry, runId: '*' }]],
  ])('does not begin with %s', (_, product, environment, queue) => {
    expect(lockProblems(product, environment, queue)).not.toEqual([]);
  });
});
