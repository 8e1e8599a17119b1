import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

export async function writeRecord(directory: string, record: ServerRecord): Promise<void> {
  const next = `${path(directory)}.next`;
  await writeFile(next, JSON.stringify(record, null, 2) + '\n');
  await rename(next, path(directory));
}

export async function removeRecord(directory: string): Promise<void> {
  await rm(path(directory), { force: true });
}
