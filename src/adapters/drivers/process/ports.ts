import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { request } from 'undici';

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

/** The address where the port answers anything over HTTP, whatever its status; undefined where it doesn't. */
export async function answeringAddress(
  port: number,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  // A service that listens on `localhost` may have got the IPv6 one only.
  for (const address of [`http://127.0.0.1:${port}`, `http://[::1]:${port}`]) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
      const { body } = await request(`${address}${path}`, { signal: limit, reset: true });
      // Its status line is enough; the rest may be endless.
      body.on('error', () => undefined).destroy();
      return address;
    } catch {
      // Not yet, or not this one.
    }
  }
  return undefined;
}
