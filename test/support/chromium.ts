import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../src/adapters/files/lock.ts';

const run = promisify(execFile);
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const directory = join(import.meta.dirname, '../../test-artifacts');

/** Chromium for tests of the Temporal UI: the one in CHROMIUM_PATH, the system's, or Debian's, which root installs here. */
export async function findChromium(): Promise<string> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return named;
  const found = await installed();
  if (found) return found;
  const apt = await executable('/usr/bin/apt-get');
  if (!apt || process.getuid?.() !== 0) {
    throw new Error(
      'The test of the Temporal UI needs Chromium: install it (Debian: apt-get install chromium), or name one in CHROMIUM_PATH.',
    );
  }
  await mkdir(directory, { recursive: true });
  await withLock(join(directory, 'chromium.lock'), install);
  const now = await installed();
  if (!now)
    throw new Error(
      'apt-get installed chromium, but it is in none of the usual places: name it in CHROMIUM_PATH.',
    );
  return now;
}

async function install(): Promise<void> {
  if (await installed()) return;
  process.stderr.write('installing Debian’s chromium for the test of the Temporal UI\n');
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 * 1024 };
  await run('apt-get', ['-q', 'update'], options);
  await run(
    'apt-get',
    ['-q', '-y', '--no-install-recommends', 'install', 'chromium', 'fonts-dejavu-core'],
    options,
  );
}

async function installed(): Promise<string | undefined> {
  for (const place of places) if (await executable(place)) return place;
  return undefined;
}

const executable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
