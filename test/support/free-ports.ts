import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Ports of the loopback that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  return release(await Promise.all(Array.from({ length: count }, () => listen(0))));
}

/** The same, at most 32767: Temporal keeps its services' ports in a column of PostgreSQL's smallint. */
export async function freeLowPorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  while (held.length < count) {
    await listen(randomInt(20_000, 32_768)).then(
      (server) => held.push(server),
      () => undefined, // In use: another number.
    );
  }
  return release(held);
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** All are held until the last is known, so that none is given twice. */
async function release(servers: Server[]): Promise<number[]> {
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
