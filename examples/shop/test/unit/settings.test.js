import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readSettings } from '../../src/settings.js';

suite('settings', () => {
  test('a port and a database are enough', () => {
    const settings = readSettings({
      SHOP_DATABASE: '/tmp/shop.sqlite',
      PORT: '4100',
      SLUICE_VERSION: '1.2.3',
    });
    assert.deepEqual(settings, {
      port: 4100,
      host: '127.0.0.1',
      database: '/tmp/shop.sqlite',
      payments: 'test',
      merchant: '',
      version: '1.2.3',
    });
  });

  test('the version of a plain checkout is the one of package.json', () => {
    assert.match(readSettings({ SHOP_DATABASE: 'x' }).version, /^\d+\.\d+\.\d+/);
  });

  const wrong = [
    ['no database', {}, /Set SHOP_DATABASE/],
    ['a port that is no number', { SHOP_DATABASE: 'x', PORT: 'http' }, /PORT is "http"/],
    ['a port that is too high', { SHOP_DATABASE: 'x', PORT: '70000' }, /PORT is "70000"/],
    ['unknown payments', { SHOP_DATABASE: 'x', SHOP_PAYMENTS: 'cash' }, /SHOP_PAYMENTS is "cash"/],
    [
      'live payments without a merchant',
      { SHOP_DATABASE: 'x', SHOP_PAYMENTS: 'live' },
      /needs SHOP_MERCHANT/,
    ],
  ];
  for (const [title, env, message] of wrong) {
    test(`${title} is refused with a sentence`, () => assert.throws(() => readSettings(env), { message }));
  }
});
