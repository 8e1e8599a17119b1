import { chmod, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onPath } from './executable.ts';
import { networkVariables, programEnvironment } from '../programs/environment.ts';

const version = '1.38.0';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>temporal-test-server</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;

/** Where the test server is kept once it was fetched. */
export interface TestServerHome {
  readonly path: string;
  readonly executable: string;
}

export function testServerIn(cache: string): TestServerHome {
  const path = join(cache, `temporal-test-server-${version}`);
  return { path, executable: join(path, 'run') };
}

/**
 * Fetches the test server's Java program with Maven into the user's cache.
 * @throws Error whose message is the reason in one line
 */
export async function fetchWithMaven(
  home: TestServerHome,
  { env, onProgress }: { readonly env: NodeJS.ProcessEnv; readonly onProgress: (line: string) => void },
): Promise<void> {
  for (const program of ['java', 'mvn'])
    if ((await onPath(program, env)) === undefined)
      throw new Error(`${program} is not installed (there is none on the PATH)`);
  onProgress(`fetching Temporal's test server ${version} with Maven, once`);
  const scratch = await mkdtemp(join(tmpdir(), 'sluice-test-server-'));
  try {
    await writeFile(join(scratch, 'pom.xml'), pom);
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'];
    const result = await execa('mvn', ['-q', '-B', ...goal], {
      cwd: scratch,
      env: programEnvironment(env, (name) => networkVariables(name) || /^(MAVEN|JAVA|JDK|M2)_/.test(name)),
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
    });
    if (result.failed)
      throw new Error(`mvn failed: ${result.stdout.trim().split('\n')[0] || (result.shortMessage ?? '')}`);
    // The SDK passes the port first and then arguments that this server does not know.
    await writeFile(
      join(scratch, 'run'),
      `#!/bin/sh\nexec java -cp '${home.path}/lib/*' io.temporal.testserver.TestServer "$1"\n`,
    );
    await chmod(join(scratch, 'run'), 0o755);
    await mkdir(dirname(home.path), { recursive: true });
    // Renamed as a whole, so that a copy that was killed half-way never looks finished.
    const next = `${home.path}.next`;
    await rm(next, { recursive: true, force: true });
    await cp(scratch, next, { recursive: true });
    await rm(home.path, { recursive: true, force: true });
    await rename(next, home.path);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
