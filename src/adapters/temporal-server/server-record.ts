import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../files/replace-file.ts';
import { isRunning, type ProcessIdentity } from '../processes/identity.ts';

/** What is kept in the directory about its development server, so that the next start recognises it. */
export interface ServerRecord {
  readonly server: ProcessIdentity;
  /** Who started it, or took it over: stops it at the end. */
  readonly owner: ProcessIdentity;
  readonly address: string;
  readonly uiUrl: string | undefined;
  readonly namespace: string;
}

const path = (directory: string) => join(directory, 'temporal.json');

/** The record of a server whose process still runs; undefined otherwise, also where the record is damaged. */
export async function readRecord(directory: string): Promise<ServerRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(path(directory), 'utf8')) as ServerRecord;
    return isRunning(record.server) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The server of a directory whose starter is still there, and serves it: a second one would only be in its way. */
export async function runningUp(directory: string): Promise<ServerRecord | undefined> {
  const record = await readRecord(directory);
  return record && isRunning(record.owner) ? record : undefined;
}

export interface Ports {
  readonly port?: number | undefined;
  readonly uiPort?: number | undefined;
}

/** The ports of the last start: bookmarks and scripts still fit where they are taken again. */
export async function lastPorts(directory: string): Promise<Ports> {
  try {
    const ports = JSON.parse(await readFile(portsPath(directory), 'utf8')) as Record<string, unknown>;
    const { port, uiPort } = ports;
    return { port: asPort(port), uiPort: asPort(uiPort) };
  } catch {
    return {};
  }
}

export function rememberPorts(directory: string, ports: Ports): Promise<void> {
  return writeFile(portsPath(directory), `${JSON.stringify(ports)}\n`);
}

const portsPath = (directory: string) => join(directory, 'temporal-ports.json');
const asPort = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536 ? value : undefined;

export function writeRecord(directory: string, record: ServerRecord): Promise<void> {
  return replaceFile(path(directory), JSON.stringify(record, null, 2) + '\n');
}

export async function removeRecord(directory: string): Promise<void> {
  await rm(path(directory), { force: true });
}
