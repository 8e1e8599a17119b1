import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/database.js';
import { migrate } from '../src/migrations.js';
import { startShop } from '../src/service.js';
import { readSettings } from '../src/settings.js';

/** Runs `work` with a directory that is gone afterwards. */
export async function withDirectory(work) {
  const directory = mkdtempSync(join(tmpdir(), 'shop-test-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs `work` with a real shop on a free port and a migrated database of its own. */
export function withScratchShop({ env = {}, migrated = true, log }, work) {
  return withDirectory(async (directory) => {
    const path = join(directory, 'shop.sqlite');
    if (migrated) migrateFile(path);
    const settings = readSettings({ ...versionOf(process.env), ...env, SHOP_DATABASE: path, PORT: '0' });
    const shop = await startShop(settings, log);
    try {
      return await work({ url: shop.url, path, directory, stop: shop.stop });
    } finally {
      await shop.stop();
    }
  });
}

export function migrateFile(path) {
  const database = openDatabase(path);
  migrate(database);
  database.close();
}

/** `fetch` with JSON both ways. */
export async function call(url, method, path, body) {
  const response = await fetch(new URL(path, url), {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text.startsWith('{') ? JSON.parse(text) : undefined,
  };
}

const versionOf = ({ SLUICE_VERSION }) => (SLUICE_VERSION ? { SLUICE_VERSION } : {});
