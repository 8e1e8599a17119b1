import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent, request } from 'undici';
import { createRouterClient } from '../../src/adapters/router/client.ts';
import type { Measure, Sizes } from '../support/measure.ts';

/** Requests that fail while the router moves all traffic from one version to another and back, a hundred times. */
export async function switchOvers({ quick }: Sizes): Promise<Measure[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-bench-router-'));
  const versions = await Promise.all(['blue', 'green'].map(serve));
  const router = createRouterClient(directory);
  const port = await freePort();
  const agent = new Agent({ connections: 8, keepAliveTimeout: 5_000 });
  const count = { ok: 0, failed: 0 };
  let stopped = false;
  const user = async (fresh: boolean): Promise<void> => {
    while (!stopped) {
      try {
        const { statusCode, body } = await request(`http://127.0.0.1:${port}/`, {
          dispatcher: agent,
          ...(fresh ? { reset: true } : {}),
        });
        await body.text();
        if (statusCode === 200) count.ok += 1;
        else count.failed += 1;
      } catch {
        count.failed += 1;
      }
    }
  };
  const switches = quick ? 20 : 100;
  try {
    await router.ensureRunning({ port });
    const send = (to: number) =>
      router.setTable({
        backends: Object.fromEntries(
          versions.map(({ name, address }, index) => [
            name,
            { version: name, address, weight: index === to ? 100 : 0 },
          ]),
        ),
      });
    await send(0);
    const users = Array.from({ length: 8 }, (_, index) => user(index % 2 === 0));
    for (let round = 1; round <= switches; round += 1) {
      const before = count.ok;
      await send(round % 2);
      // Some traffic between two switches.
      while (count.ok < before + 20) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    stopped = true;
    await Promise.all(users);
  } finally {
    stopped = true;
    await agent.close();
    await router.stop();
    for (const { close } of versions) await close();
    await rm(directory, { recursive: true, force: true });
  }
  return [
    {
      row: 0,
      what: `requests failed in ${switches} switch-overs`,
      bar: '0',
      measured: String(count.failed),
      ok: count.failed === 0,
      from: `${count.ok} requests went well, half of them over connections of their own`,
    },
  ];
}

async function serve(name: string) {
  const server = createServer((_, response) => response.end(name));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name,
    address: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
