import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import type { InstallOptions } from './go-install.ts';
import { programEnvironment } from '../programs/environment.ts';

/** Where Temporal publishes the CLI; the SDK's own test environments download from the same place. */
const publisher = 'https://temporal.download';

/**
 * Downloads the released CLI into the cache. Fails within seconds where the publisher can't be reached.
 * @param target where the executable shall be
 * @throws Error whose message is the reason in one line
 */
export async function downloadTemporal(
  version: string,
  target: string,
  options: InstallOptions & { readonly baseUrl?: string },
): Promise<void> {
  const url = `${options.baseUrl ?? publisher}/cli/archive/${version}?platform=${platform()}&arch=${architecture()}`;
  const response = await begin(url);
  options.onProgress(`downloading Temporal ${version} from ${new URL(url).host}`);
  await mkdir(dirname(target), { recursive: true });
  const directory = await mkdtemp(join(dirname(target), '.downloading-'));
  try {
    const archive = join(directory, 'temporal.tar.gz');
    await pipeline(response, createWriteStream(archive), { signal: AbortSignal.timeout(300_000) });
    const unpacked = await execa('tar', ['-xzf', archive, '-C', directory, 'temporal'], {
      reject: false,
      env: programEnvironment(options.env),
      extendEnv: false,
    });
    if (unpacked.failed)
      throw new Error(`what came is not the archive that was expected (${lastLine(unpacked)})`);
    await chmod(join(directory, 'temporal'), 0o755);
    await rename(join(directory, 'temporal'), target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The answer's body, if its head comes soon: the connection test and the download in one. */
async function begin(url: string): Promise<Readable> {
  const impatience = new AbortController();
  const timer = setTimeout(() => impatience.abort(new Error('no answer within 5 s')), 5_000);
  try {
    const response = await fetch(url, { signal: impatience.signal });
    if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
    return Readable.fromWeb(response.body);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${new URL(url).host}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

const lastLine = (result: { stderr: string; shortMessage?: string | undefined }) =>
  result.stderr.trim().split('\n').at(-1) || (result.shortMessage ?? 'tar failed');
const platform = () => (process.platform === 'win32' ? 'windows' : process.platform);
const architecture = () => (process.arch === 'x64' ? 'amd64' : process.arch);
