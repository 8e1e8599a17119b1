import { goInstall } from '../../src/adapters/temporal-server/go-install.ts';
import { findTemporal } from '../../src/adapters/temporal-server/index.ts';

const version = 'v1.31.2';
const server = { package: 'go.temporal.io/server/cmd/server', version, name: 'temporal-server' } as const;
const sqlTool = {
  package: 'go.temporal.io/server/cmd/tools/sql',
  version,
  name: 'temporal-sql-tool',
} as const;

/** A CLI that is named in TEMPORAL_CLI_PATH is used; a server of the developer's own never is. */
export async function temporalExecutable(): Promise<string> {
  const env = { ...process.env, TEMPORAL_ADDRESS: undefined };
  const source = await findTemporal({ env, onProgress });
  if (source.kind !== 'executable') throw new Error('expected an executable');
  return source.path;
}

/** Builds the two programs of Temporal's own server into the user's cache, where they are not yet. */
export async function installServer(): Promise<{ readonly server: string; readonly sqlTool: string }> {
  const options = { env: process.env, onProgress };
  const path = await goInstall(server, options);
  return { server: path, sqlTool: await goInstall(sqlTool, options) };
}

const onProgress = (line: string) => void process.stderr.write(`temporal: ${line}\n`);
