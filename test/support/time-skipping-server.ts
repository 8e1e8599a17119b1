import { chmod, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../../src/adapters/temporal-server/cache.ts';
import { isExecutable } from '../../src/adapters/temporal-server/executable.ts';
import { withLock } from '../../src/adapters/temporal-server/lock.ts';

const version = '1.38.0';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>temporal-test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;

/**
 * The executable of Temporal's time-skipping test server, from Maven where the SDK's own download can't be reached.
 * @returns undefined where the SDK can download it by itself
 */
export async function findTestServer(): Promise<string | undefined> {
  const directory = join(cacheDirectory(process.env), `temporal-test-server-${version}`);
  const executable = join(directory, 'run');
  if (await isExecutable(executable)) return executable;
  if (await downloadReachable()) return undefined;
  await withLock(`${directory}.lock`, async () => {
    if (!(await isExecutable(executable))) await fetchFromMaven(directory);
  });
  return executable;
}

async function downloadReachable(): Promise<boolean> {
  return fetch('https://temporal.download/', { method: 'HEAD', signal: AbortSignal.timeout(3_000) }).then(
    () => true,
    () => false,
  );
}

async function fetchFromMaven(directory: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'sluice-test-server-'));
  try {
    await writeFile(join(scratch, 'pom.xml'), pom);
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'];
    await execa('mvn', ['-q', '-B', ...goal], { cwd: scratch, stdin: 'ignore' });
    // The SDK passes the port first and then arguments that this server does not know.
    await writeFile(
      join(scratch, 'run'),
      `#!/bin/sh\nexec java -cp '${directory}/lib/*' io.temporal.testserver.TestServer "$1"\n`,
    );
    await chmod(join(scratch, 'run'), 0o755);
    await mkdir(cacheDirectory(process.env), { recursive: true });
    // Renamed as a whole, so that a copy that was killed half-way never looks finished.
    const next = `${directory}.next`;
    await rm(next, { recursive: true, force: true });
    await cp(scratch, next, { recursive: true });
    await rm(directory, { recursive: true, force: true });
    await rename(next, directory);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
