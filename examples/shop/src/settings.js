import { readFileSync } from 'node:fs';

const packageFile = new URL('../package.json', import.meta.url);

/** Reads the service's settings from environment variables, and says what is wrong with them. */
export function readSettings(env = process.env) {
  const payments = env.SHOP_PAYMENTS ?? 'test';
  if (payments !== 'test' && payments !== 'live') {
    throw new Error(`SHOP_PAYMENTS is "${payments}": set it to test or live.`);
  }
  const merchant = env.SHOP_MERCHANT ?? '';
  if (payments === 'live' && merchant === '') {
    throw new Error('SHOP_PAYMENTS=live needs SHOP_MERCHANT, the name that payments are booked under.');
  }
  return {
    port: readPort(env.PORT),
    host: env.HOST ?? '127.0.0.1',
    database: databasePath(env),
    payments,
    merchant,
    version: version(env),
  };
}

/** Where the database file is. There is no default: a wrong guess would be an empty shop. */
export function databasePath(env = process.env) {
  if (!env.SHOP_DATABASE) throw new Error('Set SHOP_DATABASE to the path of the database file.');
  return env.SHOP_DATABASE;
}

function readPort(text = '3000') {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new Error(`PORT is "${text}": set it to a number up to 65535.`);
  return port;
}

/** The version that was deployed; a checkout that runs by itself has the one of its package.json. */
function version(env) {
  return env.SLUICE_VERSION || JSON.parse(readFileSync(packageFile, 'utf8')).version;
}
