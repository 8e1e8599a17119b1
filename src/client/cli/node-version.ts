const needed = 24;

/** Set for the second run: if that one is too old as well, there must be no third. */
const mark = 'SLUICE_NODE_FOUND';

/**
 * Sluice needs Node 24. On an older one, this runs the command again with the `node` package that is installed beside
 * Sluice, and says true; where there is none, it says what to do.
 */
export async function reexecuted(version = process.versions.node): Promise<boolean> {
  if (Number(version.split('.')[0]) >= needed) return false;
  const newer = process.env[mark] === undefined ? await findNode() : undefined;
  if (newer === undefined) {
    process.stderr.write(
      `sluice needs Node ${needed} or later; this is ${version} (${process.execPath}). Install it, or install Sluice anew with the install scripts of its packages allowed: it brings its own Node then.\n`,
    );
    process.exitCode = 2;
    return true;
  }
  process.exitCode = await runWith(newer);
  return true;
}

async function runWith(node: string): Promise<number> {
  const { spawn } = await import('node:child_process');
  const args = [...process.execArgv, ...process.argv.slice(1)];
  const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, [mark]: node } });
  // The terminal's Ctrl-C reaches the child by itself; what is sent to this process alone is passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise<number>((resolve) => {
    child.once('error', () => resolve(2));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** `node_modules/node/bin/node` beside this file or above it. */
async function findNode(): Promise<string | undefined> {
  const { existsSync } = await import('node:fs');
  for (let at = new URL('./', import.meta.url); ; at = new URL('../', at)) {
    const file = new URL('node_modules/node/bin/node', at);
    if (existsSync(file)) return file.pathname;
    if (at.pathname === '/') return undefined;
  }
}
