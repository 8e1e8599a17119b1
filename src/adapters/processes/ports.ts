import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections (from 32768 on Linux, from 49152 elsewhere). */
const quietPorts = [20_000, 32_768] as const;

/**
 * A port of the loopback interface that is free right now. Somebody else may take it before it is used, but no connection that is opened
 * on this host meanwhile: where there are thousands of them, a version that starts slowly would lose its port to one.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = randomInt(...quietPorts);
    if (!(await isTaken(port))) return port;
  }
  return anyFreePort();
}

async function anyFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Whether something listens on the port by now. */
export async function isTaken(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}
