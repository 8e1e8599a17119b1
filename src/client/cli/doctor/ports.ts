import { createServer } from 'node:net';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import type { Check } from './check.ts';

/** Whether each environment's port is free, or taken by what should be there. */
export async function checkPorts({ environments }: ProductConfig): Promise<Check[]> {
  const ports = Object.entries(environments).flatMap(([name, { process }]) =>
    process ? [{ name, port: process.port }] : [],
  );
  return Promise.all(
    ports.map(async ({ name, port }): Promise<Check> => {
      const free = await isFree(port);
      const what = `port of ${name}`;
      if (free) return { level: 'ok', what, says: `${port} is free`, about: 'configuration' };
      return {
        level: 'warn',
        what,
        says: `${port} is in use`,
        mend: 'fine if that is the version that sluice serves there; else stop the other program, or choose another port',
        about: 'configuration',
      };
    }),
  );
}

/** Whether nobody listens on this port of this host. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
