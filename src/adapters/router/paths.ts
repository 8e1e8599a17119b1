import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a router keeps what it knows. */
export function routerPaths(stateDirectory: string) {
  const directory = resolve(stateDirectory);
  return {
    directory,
    /** Who runs: {@link RouterRecord}. */
    record: join(directory, 'router.json'),
    table: join(directory, 'table.json'),
    lock: join(directory, 'router.lock'),
    log: join(directory, 'router.log'),
    control: controlSocket(directory),
  };
}

/** The address of a unix socket holds about 100 characters; a deep data directory needs a shorter one. */
function controlSocket(directory: string): string {
  const usual = join(directory, 'control.sock');
  if (Buffer.byteLength(usual) <= 100) return usual;
  const short = createHash('sha256').update(directory).digest('hex').slice(0, 20);
  return join(tmpdir(), `sluice-${userInfo().uid}`, `${short}.sock`);
}
