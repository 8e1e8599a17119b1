import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from './cache.ts';
import { isExecutable, onPath } from './executable.ts';
import { withLock } from '../files/lock.ts';
import { networkVariables, programEnvironment } from '../programs/environment.ts';

export interface GoProgram {
  /** The package with its `main`, as in `github.com/temporalio/cli/cmd/temporal`. */
  readonly package: string;
  readonly version: string;
  /** Of the file in the cache; the version is appended. */
  readonly name: string;
}

export interface InstallOptions {
  readonly env: NodeJS.ProcessEnv;
  onProgress(line: string): void;
}

/** Where a program is kept once it was built; the file need not be there. */
export function cachedPath(program: Pick<GoProgram, 'name' | 'version'>, env: NodeJS.ProcessEnv): string {
  return join(cacheDirectory(env), 'bin', `${program.name}-${program.version.replace(/^v/, '')}`);
}

/**
 * Builds a Go program into the user's cache, once: two processes that want it build it once, and a build
 * that was killed leaves nothing that looks finished.
 * @returns the path of the executable
 * @throws Error whose message is the reason in one line
 */
export async function goInstall(program: GoProgram, options: InstallOptions): Promise<string> {
  const target = cachedPath(program, options.env);
  if (await isExecutable(target)) return target;
  const go = await onPath('go', options.env);
  if (go === undefined) throw new Error('Go is not installed (there is no go on the PATH)');
  await withLock(
    `${target}.lock`,
    async () => {
      if (!(await isExecutable(target))) await build(go, program, target, options);
    },
    { onWait: () => options.onProgress(`another process is building ${program.name}; waiting for it`) },
  );
  return target;
}

/** Go's own settings, and the compiler's of C. */
const forGo = (name: string): boolean =>
  networkVariables(name) || /^(GO[A-Z0-9]+|CGO_\w+|CC|CXX|XDG_CACHE_HOME)$/.test(name);

async function build(go: string, program: GoProgram, target: string, options: InstallOptions): Promise<void> {
  const bin = join(cacheDirectory(options.env), 'bin');
  await mkdir(bin, { recursive: true });
  const directory = await mkdtemp(join(bin, '.building-'));
  options.onProgress(`building ${program.name} ${program.version} with Go: about three minutes, once`);
  try {
    const running = execa(go, ['install', '-v', `${program.package}@${program.version}`], {
      env: { ...programEnvironment(options.env, forGo), GOBIN: directory },
      extendEnv: false,
      cwd: directory, // Not inside some module of the user's, whose go.mod would be obeyed.
      stdin: 'ignore',
      buffer: false,
      reject: false,
    });
    const lastLines: string[] = [];
    let compiled = 0;
    for await (const line of running.iterable({ from: 'stderr' })) {
      compiled += 1;
      if (compiled % 100 === 0) options.onProgress(`building ${program.name}: ${compiled} packages`);
      lastLines.push(line);
      if (lastLines.length > 3) lastLines.shift();
    }
    const result = await running;
    if (result.failed) throw new Error(`go install failed: ${lastLines.join(' | ') || result.shortMessage}`);
    await rename(join(directory, basename(program.package)), target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
