import { spawn } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { ending } from './ending.ts';
import { DevServerFailed } from './errors.ts';
import { endGroup, identify, type ProcessIdentity } from '../processes/identity.ts';
import { programEnvironment } from '../programs/environment.ts';

export interface Launch {
  readonly executable: string;
  readonly port: number;
  readonly uiPort: number | undefined;
  readonly namespace: string;
  readonly searchAttributes: readonly string[];
  readonly logFile: string;
  readonly databaseFile: string | undefined;
  readonly patienceMs: number;
}

/**
 * The stock values poll the task queues 20 times a second, which makes each step of a run wait about 50 ms. And they end the run
 * to which an update of more than 2 MB was sent; with a limit above what a connection takes (4 MB), the run itself refuses it.
 */
const dynamicConfig = [
  'history.transferProcessorMaxPollRPS=2000',
  'system.enableActivityEagerExecution=true',
  'limit.blobSize.error=8388608',
];

/**
 * Starts the server's process and resolves when it answers.
 * @throws DevServerFailed with the end of the log, when it ends or does not answer in time
 */
export async function launch(options: Launch): Promise<ProcessIdentity> {
  await rename(options.logFile, `${options.logFile}.previous`).catch(() => undefined);
  const log = await open(options.logFile, 'w');
  const child = spawn(options.executable, commandLine(options), {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: programEnvironment(process.env),
  });
  const end = ending(child);
  child.unref();
  await log.close();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  const deadline = Date.now() + options.patienceMs;
  while (end.why === undefined) {
    if (await ready(options)) break;
    if (Date.now() > deadline) end.why = `did not answer within ${options.patienceMs / 1_000} s`;
    else await sleep(50);
  }
  if (end.why === undefined && identity) return identity;
  if (identity) await endGroup(identity, 2_000);
  throw new DevServerFailed(end.why ?? 'ended at once', options.logFile, await tail(options.logFile));
}

function commandLine(options: Launch): string[] {
  return [
    ...[
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(options.port),
      '--namespace',
      options.namespace,
    ],
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...(options.databaseFile
      ? ['--db-filename', options.databaseFile, '--sqlite-pragma', 'journal_mode=WAL']
      : []),
    ...options.searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...dynamicConfig.flatMap((value) => ['--dynamic-config-value', value]),
    ...['--log-level', 'warn'],
  ];
}

async function ready(options: Launch): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address: `127.0.0.1:${options.port}`, connectTimeout: 1_000 });
    await connection.workflowService.describeNamespace({ namespace: options.namespace });
    return options.uiPort === undefined || (await fetch(`http://127.0.0.1:${options.uiPort}/`)).ok;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
}
