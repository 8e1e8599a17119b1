import { request } from 'undici';

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
