import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { buildShop as BuildShop } from '../../../../examples/shop/history.js';

const exampleFile = (name: string): URL => new URL(`../../../../examples/shop/${name}`, import.meta.url);

/** The example product in a scratch directory of its own, with free ports. */
export async function setUpShop() {
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-demo-'));
  const { buildShop } = (await import(exampleFile('history.js').href)) as { buildShop: typeof BuildShop };
  const [staging = 0, production = 0] = await freePorts(2);
  const shop = await buildShop({
    directory,
    ports: { staging, production },
    monitor: { for: '8s', every: '1s' },
  });
  return {
    directory,
    shop,
    production: `http://127.0.0.1:${production}`,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Customers: a steady load on an address, so many requests a second. `stop` gives how many requests went well and how many failed. */
export function sendTraffic(url: string, rate = 30): { stop(): Promise<{ ok: number; failed: number }> } {
  const child = spawn(
    process.execPath,
    [fileURLToPath(exampleFile('traffic.js')), '--url', url, '--rate', String(rate)],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'exit');
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
      const line = output.trim().split('\n').at(-1) ?? '{}';
      const { ok = 0, failed = 0 } = JSON.parse(line) as { ok?: number; failed?: number };
      return { ok, failed };
    },
  };
}

/** What production's database holds: to see that a restore brought it back. */
export function lookIntoDatabase(file: string): { migrations: string[]; orders: number } {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const migrations = database.prepare('select * from schema_migrations order by 1').all();
    const orders = database.prepare('select count(*) as n from orders').get();
    return {
      migrations: migrations.map((row) => String(Object.values(row)[0])),
      orders: Number(orders?.['n'] ?? 0),
    };
  } finally {
    database.close();
  }
}

/** Ports that were free a moment ago, all at the same time. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
