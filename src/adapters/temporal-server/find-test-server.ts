import { NoTestServer, type Attempt } from './errors.ts';
import { cacheDirectory } from './cache.ts';
import { isExecutable } from './executable.ts';
import { withLock } from '../files/lock.ts';
import { hasClasses, keepClasses } from './launch-test-server.ts';
import { fetchWithMaven, testServerIn } from './maven-test-server.ts';

/** Temporal's time-skipping test server: a program, or the word that the SDK can download it by itself. */
export type TestServerSource =
  | { readonly kind: 'executable'; readonly path: string; readonly how: string }
  | { readonly kind: 'download' };

export interface FindTestServerOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
  /** Where the SDK downloads from. */
  readonly publisher?: string;
}

/** What SLUICE_TEST_SERVER names is used as it is; a rehearsal and the tests need nothing else of it. */
const named = 'SLUICE_TEST_SERVER';

/**
 * Finds Temporal's time-skipping test server, or makes one, in this order: `SLUICE_TEST_SERVER`, what was installed before, the
 * download of Temporal's SDK, a build with Maven.
 * @throws NoTestServer
 */
export async function findTestServer(options: FindTestServerOptions): Promise<TestServerSource> {
  const { env, onProgress, publisher = 'https://temporal.download/' } = options;
  const said = env[named];
  if (said) {
    if (await isExecutable(said)) return { kind: 'executable', path: said, how: named };
    throw new NoTestServer([{ way: named, why: `${said} is not an executable file; correct or unset it` }]);
  }
  const directory = testServerIn(cacheDirectory(env));
  const installed = { kind: 'executable', path: directory.executable, how: 'installed before' } as const;
  const lock = `${directory.path}.lock`;
  const onWait = () => onProgress('another process is fetching the test server; waiting for it');
  const ready = async () => {
    if (!hasClasses(installed.path)) await keepClasses(installed.path);
  };
  if (await isExecutable(installed.path)) {
    // A cache that can't be written does as well.
    if (!hasClasses(installed.path)) await withLock(lock, ready, { onWait }).catch(() => undefined);
    return installed;
  }
  const attempts: Attempt[] = [{ way: 'installed before', why: 'there is none yet' }];
  const unreachable = await whyUnreachable(publisher);
  if (unreachable === undefined) {
    onProgress('taking the test server from Temporal’s download; it is kept for the next time');
    return { kind: 'download' };
  }
  attempts.push({ way: 'the download', why: unreachable });
  onProgress(`the download is not possible (${unreachable})`);
  try {
    await withLock(
      lock,
      async () => {
        if (!(await isExecutable(installed.path))) await fetchWithMaven(directory, options);
        await ready();
      },
      { onWait },
    );
    return { ...installed, how: 'fetched with Maven' };
  } catch (error) {
    attempts.push({ way: 'Maven', why: error instanceof Error ? error.message : String(error) });
    throw new NoTestServer(attempts);
  }
}

/** Temporal's site answers, or the reason why not. */
async function whyUnreachable(publisher: string): Promise<string | undefined> {
  try {
    await fetch(publisher, { method: 'HEAD', signal: AbortSignal.timeout(3_000) });
    return undefined;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `${new URL(publisher).host}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
