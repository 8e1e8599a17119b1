import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startDevServer, type DevServer } from '../../src/adapters/temporal-server/index.ts';
import { endGroup, isRunning } from '../../src/adapters/processes/identity.ts';
import { readRecord } from '../../src/adapters/temporal-server/server-record.ts';
import { searchAttributes } from '../../src/domain/run/search-attributes.ts';
import { temporalExecutable } from './temporal-programs.ts';

const root = join(import.meta.dirname, '../../test-artifacts/temporal');

/** A server in memory, for one run of the tests. */
export async function startSharedServer(): Promise<DevServer> {
  await sweep();
  const directory = join(root, String(process.pid));
  const server = await startDevServer({
    executable: await temporalExecutable(),
    directory,
    namespace: 'default',
    searchAttributes,
    headless: true,
    inMemory: true,
  });
  return { ...server, stop: () => server.stop().then(() => rm(directory, { recursive: true, force: true })) };
}

/** Ends the servers of test runs that were killed before they could do it. */
async function sweep(): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const entry of await readdir(root)) {
    const record = await readRecord(join(root, entry));
    if (!record || isRunning(record.owner)) continue;
    await endGroup(record.server, 2_000);
    await rm(join(root, entry), { recursive: true, force: true });
  }
}
